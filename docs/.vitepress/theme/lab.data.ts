// The computed results of the laboratory, reduced to what `<Lab>` shows before a click.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { counterText, counterTone } from '../../../laboratory/src/page/describe.ts'
import { historyOf } from '../../../laboratory/src/page/history.ts'
import type { Span } from '../../../laboratory/src/page/strip.ts'
import { TEXTS } from '../../../laboratory/src/page/texts/index.ts'
import { messageSpans, statusSpans } from '../../../laboratory/src/page/timeline.ts'
import type { LabFile } from '../../../laboratory/scripts/results.ts'
import type { LaneId } from '../../../laboratory/src/scenario/schema.ts'

/** The counters of the figure. */
const COUNTERS = ['lost', 'detection'] as const

interface Cell {
  en: string
  zh: string
  tone: string
}

export interface FigureLane {
  id: LaneId
  version: string
  status: Span[]
  messages: Span[]
  cells: Cell[]
}

/** The figure of a scenario. */
export interface Figure {
  end: number
  lanes: FigureLane[]
}

export interface LabData {
  date: string
  figures: Partial<Record<string, Figure>>
}

declare const data: LabData
export { data }

const path = join(import.meta.dirname, '../../data/lab.json')

export default {
  watch: [path],
  load(): LabData {
    const { date, results }: LabFile = JSON.parse(readFileSync(path, 'utf8'))
    const figures = Object.entries(results).map(([id, result]): [string, Figure] => {
      const history = historyOf(result)
      const lanes = result.lanes.map(({ id, version, counters }, index): FigureLane => {
        const lane = history.lanes[index]
        return {
          id,
          version,
          status: lane ? statusSpans(history, lane) : [],
          messages: lane ? messageSpans(history, lane) : [],
          cells: COUNTERS.map((name) => ({
            en: counterText(counters, name, TEXTS.en),
            zh: counterText(counters, name, TEXTS.zh),
            tone: counterTone(counters, name, true),
          })),
        }
      })
      return [id, { end: history.end, lanes }]
    })
    return { date: date.slice(0, 10), figures: Object.fromEntries(figures) }
  },
}

/** The tables of `docs/more/laboratory.md`, from the computed results: how many messages each client lost in each scenario. */

import { readFileSync, writeFileSync } from 'node:fs'
import { TEXTS, type Language } from '../src/page/texts/index.ts'
import { BUILT_IN } from '../src/scenario/builtIn.ts'
import { LANE_IDS } from '../src/scenario/schema.ts'
import type { LabFile } from './results.ts'

const docs = new URL('../../docs/', import.meta.url)
const START = '<!-- generated:start -->'
const END = '<!-- generated:end -->'

export const PAGES: Record<Language, URL> = {
  en: new URL('more/laboratory.md', docs),
  zh: new URL('zh/more/laboratory.md', docs),
}

/** Returns the table in a language: the median over the seeds, and the range if it has one. */
export function lossTable(file: LabFile, language: Language): string {
  const { lanes, client, version } = TEXTS[language]
  const scenarios = BUILT_IN.filter(({ id }) => file.spreads[id])
  const lostBy = (scenario: string, lane: (typeof LANE_IDS)[number]): string => {
    const [median, least, greatest] = file.spreads[scenario]?.[lane]?.lost ?? []
    if (median === undefined) return '–'
    return least === greatest ? String(median) : `${median} (${least}–${greatest})`
  }
  const rows = [
    [client, version, ...scenarios.map(({ title }) => title[language])],
    ['---', '---', ...scenarios.map(() => '--:')],
    ...LANE_IDS.map((lane) => [
      lanes[lane],
      file.versions[lane] || '–',
      ...scenarios.map(({ id }) => lostBy(id, lane)),
    ]),
  ]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export const readResults = (): LabFile => JSON.parse(readFileSync(new URL('data/lab.json', docs), 'utf8'))

/** Returns a page with its present tables. */
export function withTable(page: string, table: string): string {
  const [before, rest = ''] = page.split(START)
  const after = rest.split(END)[1]
  if (after === undefined) throw new Error(`expected ${START} and ${END} in the page`)
  return `${before}${START}\n\n${table}\n\n${END}${after}`
}

/** Writes the tables into the pages. */
export function writeTables(): void {
  const file = readResults()
  for (const language of ['en', 'zh'] as const) {
    const page = readFileSync(PAGES[language], 'utf8')
    writeFileSync(PAGES[language], withTable(page, lossTable(file, language)))
  }
}

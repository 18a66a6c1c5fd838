// Sentences and cells about a scenario and its result, in the language of the page.

import type { Counters, Result } from '../arena/protocol.ts'
import type { BuiltIn, Scenario, Step } from '../scenario/schema.ts'
import type { History, LaneHistory } from './history.ts'
import type { CounterName, Texts } from './texts/index.ts'
import { statusSpans } from './timeline.ts'

export interface StoryEvent {
  at: number
  text: string
  isByHand: boolean
}

/** Returns one sentence for each step: that of the built-in scenario, or one that describes the fault. */
export function storyOf({ steps }: Scenario, builtIn: BuiltIn | null, texts: Texts): StoryEvent[] {
  const known = new Map(builtIn?.scenario.steps.map((step, index) => [JSON.stringify(step), builtIn.events[index]]))
  return steps.map((step) => {
    const text = known.get(JSON.stringify(step))
    const isByHand = builtIn !== null && !text
    return { at: step[0], text: text?.[texts.language] ?? texts.describeFault(faultOf(step)), isByHand }
  })
}

export const faultOf = ([, ...fault]: Step) => fault

/** Returns a time as a clock shows it. */
export const clockTime = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Returns a time with tenths of a second. */
export const formatTime = (ms: number): string => `${clockTime(ms)}.${Math.floor(ms / 100) % 10}`

/** Returns the text of a counter. */
export function counterText(counters: Counters, name: CounterName, texts: Texts): string {
  const value = counters[name]
  if (name === 'announced') return value ? texts.yes : texts.no
  if (value === null) return texts.none
  if (value === 'never') return texts.never
  const isTime = name === 'detection' || name === 'recovery' || name === 'falselyOpen'
  return isTime && typeof value === 'number' ? texts.seconds(value) : String(value)
}

/** A connection is falsely open for at least the time that a close frame takes, in ms. */
const NOTABLE = 1000

/** Returns how a counter is coloured. A message that is missing during a run may still arrive. */
export function counterTone(counters: Counters, name: CounterName, isFinal: boolean): 'good' | 'warn' | 'bad' | '' {
  const value = counters[name]
  if (value === 'never') return isFinal ? 'bad' : 'warn'
  if (name === 'lost') return value === 0 ? 'good' : isFinal ? 'bad' : 'warn'
  if (name === 'unsent') return value === 0 ? '' : isFinal && counters.unsentReported !== value ? 'bad' : 'warn'
  if (name === 'doubled') return value === 0 ? '' : isFinal ? 'bad' : 'warn'
  return name === 'falselyOpen' && typeof value === 'number' && value >= NOTABLE ? 'warn' : ''
}

/** Returns the result in one to three sentences: the fewest and the most lost messages, and the clients that noticed nothing. */
export function verdictOf({ lanes }: Result, texts: Texts): string {
  const { verdict } = texts
  const namesOf = (isNamed: (counters: Counters) => boolean): string[] =>
    lanes.filter(({ counters }) => isNamed(counters)).map(({ id }) => texts.lanes[id])
  const shorten = (names: string[]): string =>
    names.length > MOST_NAMES ? verdict.clients(names.length) : verdict.join(names)
  const losses = lanes.map(({ counters }) => counters.lost)
  const [least, most] = [Math.min(...losses), Math.max(...losses)]
  const published = Math.max(...lanes.map(({ counters }) => counters.published))
  const fewest = shorten(namesOf(({ lost }) => lost === least))
  const blind = namesOf(({ detection }) => detection === 'never')
  const lost =
    least === most
      ? verdict.equal(least, published)
      : verdict.lost(fewest, least, shorten(namesOf(({ lost }) => lost === most)), most, published)
  return blind.length > 0 ? `${lost} ${verdict.never(verdict.join(blind))}` : lost
}

const MOST_NAMES = 3
const MOST_SPANS = 12

/** Returns the text alternative of a lane's bar. */
export function barText(history: History, lane: LaneHistory, texts: Texts): string {
  const names: Partial<Record<string, string>> = { ...texts.legend, many: texts.legend.open }
  const spans = statusSpans(history, lane).map(({ kind, from, to }) =>
    texts.spanText(names[kind] ?? kind, clockTime(from), clockTime(to)),
  )
  if (spans.length === 0) return texts.timeLine
  const rest = spans.length - MOST_SPANS
  const shown = [...spans.slice(0, MOST_SPANS), ...(rest > 0 ? [texts.lastSpans(rest)] : [])]
  return texts.statusOverTime(texts.verdict.join(shown))
}

/** Returns the table of a result as cells: the head, then one row for each lane. */
export function tableOf({ lanes }: Result, names: readonly CounterName[], texts: Texts): string[][] {
  return [
    [texts.client, texts.version, ...names.map((name) => texts.counters[name][0])],
    ...lanes.map(({ id, version, counters }) => [
      texts.lanes[id],
      version,
      ...names.map((name) => counterText(counters, name, texts)),
    ]),
  ]
}

/** Returns cells as a Markdown table. */
export const toMarkdown = ([head = [], ...rows]: string[][]): string =>
  [head, head.map((_, index) => (index < 2 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

import { LANES } from '../arena/lanes/catalogue.ts'
import type { LaneId } from '../scenario/schema.ts'
import { barText, counterText, counterTone } from './describe.ts'
import { h, setAttribute, setText } from './dom.ts'
import type { LaneHistory } from './history.ts'
import { type RunState, isActive } from './runner.ts'
import { createStrip } from './strip.ts'
import { COUNTERS, type Texts } from './texts/index.ts'
import { dialTicks, messageSpans, statusSpans } from './timeline.ts'

export interface View {
  element: HTMLElement
  update(state: RunState): void
}

/** The counters beside the bars. The table of results has all. */
export const LANE_COUNTERS = COUNTERS.filter((name) => name !== 'announced' && name !== 'unsentReported')

/** A client: its name, the bar of its status, the strip of its messages, and its counters. */
export function createLaneRow(id: LaneId, texts: Texts, showCode: ((id: LaneId) => void) | null): View {
  const name = texts.lanes[id]
  const status = createStrip('status')
  const messages = createStrip('messages')
  const bar = h('div', { class: 'bar', attributes: { role: 'img' } }, status.element, messages.element)
  const cells = LANE_COUNTERS.map((counter) => {
    const value = h('dd')
    const [label, meaning] = texts.counters[counter]
    const element = h('div', { class: `counter ${counter}`, attributes: { title: meaning } }, h('dt', {}, label), value)
    return { counter, element, value }
  })
  const element = h(
    'li',
    { class: 'lane', attributes: { 'data-lane': id } },
    h(
      'div',
      { class: 'lane-name' },
      h('h3', {}, name),
      h(
        'p',
        {},
        h('span', { class: 'version' }, LANES[id].version),
        showCode && codeButton(name, texts, () => showCode(id)),
      ),
    ),
    bar,
    h('dl', { class: 'counters' }, ...cells.map((cell) => cell.element)),
  )

  function updateCounters({ counters }: LaneHistory, isFinal: boolean): void {
    for (const { counter, element, value } of cells) {
      setText(value, counters ? counterText(counters, counter, texts) : texts.none)
      setAttribute(element, 'data-tone', counters ? counterTone(counters, counter, isFinal) : '')
    }
  }

  return {
    element,
    update(state) {
      const { history, result } = state
      const lane = history.lanes.find((one) => one.id === id)
      if (!lane) return
      status.draw(history.end, statusSpans(history, lane), dialTicks(lane))
      messages.draw(history.end, messageSpans(history, lane))
      updateCounters(lane, result !== null)
      if (!isActive(state)) setAttribute(bar, 'aria-label', barText(history, lane, texts))
    },
  }
}

const codeButton = (name: string, texts: Texts, click: () => void): HTMLElement =>
  h(
    'button',
    { class: 'code-button', attributes: { 'type': 'button', 'aria-label': texts.codeOf(name) }, on: { click } },
    texts.code,
  )

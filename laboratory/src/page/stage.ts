// The time line of the network and of all lanes, with what happens and when.

import type { BuiltIn, LaneId } from '../scenario/schema.ts'
import { clockTime, storyOf } from './describe.ts'
import { h, setAttribute, withCode } from './dom.ts'
import { LANE_COUNTERS, type View, createLaneRow } from './laneRow.ts'
import type { RunState } from './runner.ts'
import { createStrip } from './strip.ts'
import type { Texts } from './texts/index.ts'
import { axisTimes, networkSpans } from './timeline.ts'

/** Creates the stage. `builtIn` has texts for its events; `showCode` opens the file of a lane. */
export function createStage(builtIn: BuiltIn | null, texts: Texts, showCode: ((id: LaneId) => void) | null): View {
  const story = createStory(builtIn, texts)
  const network = createNetworkRow(texts)
  const lanes = createLaneList(texts, showCode)
  const element = h('div', { class: 'stage' }, story.element, network.element, lanes.element, createLegend(texts))
  return {
    element,
    update(state) {
      for (const view of [story, network, lanes]) view.update(state)
    },
  }
}

/** The rows of the chosen lanes. They are created again only if the choice changes. */
function createLaneList(texts: Texts, showCode: ((id: LaneId) => void) | null): View {
  const element = h('ul', { class: 'lanes' })
  let rows: View[] = []
  let shown = ''
  return {
    element,
    update(state) {
      const { lanes } = state.scenario
      if (String(lanes) !== shown) {
        shown = String(lanes)
        rows = lanes.map((id) => createLaneRow(id, texts, showCode))
        element.replaceChildren(...rows.map((row) => row.element))
      }
      for (const row of rows) row.update(state)
    },
  }
}

/** One sentence for each step. The newest of those that have begun is emphasized while the scenario runs. */
function createStory(builtIn: BuiltIn | null, texts: Texts): View {
  const list = h('ol', { class: 'story' })
  const empty = h('p', { class: 'story-empty' }, texts.noEvents)
  let shown = ''
  return {
    element: h('div', {}, h('h2', { class: 'visually-hidden' }, texts.events), list, empty),
    update({ scenario, history, phase }) {
      const events = storyOf(scenario, builtIn, texts)
      const key = JSON.stringify(events)
      if (key !== shown) {
        shown = key
        list.replaceChildren(...events.map((event) => storyItem(event, texts)))
        list.hidden = events.length === 0
        empty.hidden = events.length > 0
      }
      const isRunning = ['running', 'paused', 'hidden'].includes(phase)
      const begun = events.filter(({ at }) => at <= history.now).length
      for (const [index, item] of [...list.children].entries()) {
        const place = !isRunning
          ? ''
          : index >= begun
            ? 'later'
            : events[index]?.at === events[begun - 1]?.at
              ? 'now'
              : ''
        setAttribute(item, 'data-place', place)
      }
    },
  }
}

const storyItem = ({ at, text, isByHand }: ReturnType<typeof storyOf>[number], texts: Texts): HTMLElement =>
  h(
    'li',
    {},
    h('span', { class: 'story-time' }, clockTime(at)),
    h('span', {}, ...withCode(text), isByHand && h('em', {}, ` (${texts.byHand})`)),
  )

/** The axis, the numbers of the steps, and the state of the network. */
function createNetworkRow(texts: Texts): View {
  const strip = createStrip('network')
  const flags = h('div', { class: 'flags', attributes: { 'aria-hidden': 'true' } })
  const axis = h('div', { class: 'axis', attributes: { 'aria-hidden': 'true' } })
  let drawn = ''

  function drawScale({ scenario, history: { end } }: RunState): void {
    const key = `${end} ${scenario.steps.map(([at]) => at).join()}`
    if (key === drawn) return
    drawn = key
    const place = (at: number): string => `left:${(at / end) * 100}%`
    axis.replaceChildren(
      ...axisTimes(end, 8).map((at) => h('span', { attributes: { style: place(at) } }, clockTime(at))),
    )
    const numbers = new Map<number, string>()
    for (const [index, [at]] of scenario.steps.entries()) {
      const first = numbers.get(at)
      numbers.set(at, first ? `${first.split('–')[0]}–${index + 1}` : String(index + 1))
    }
    flags.replaceChildren(...[...numbers].map(([at, text]) => h('span', { attributes: { style: place(at) } }, text)))
  }

  return {
    element: h(
      'div',
      { class: 'lane network-row' },
      h('div', { class: 'lane-name' }, h('h3', {}, texts.network)),
      h('div', { class: 'bar' }, axis, flags, strip.element),
      h(
        'div',
        { class: 'counters heads', attributes: { 'aria-hidden': 'true' } },
        ...LANE_COUNTERS.map((name) =>
          h(
            'span',
            { class: `counter ${name}`, attributes: { title: texts.counters[name][1] } },
            texts.counters[name][0],
          ),
        ),
      ),
    ),
    update(state) {
      drawScale(state)
      strip.draw(state.history.end, networkSpans(state.history, texts.networkStates))
    },
  }
}

function createLegend(texts: Texts): HTMLElement {
  const entry = ([kind, text]: [string, string]): HTMLElement =>
    h('li', {}, h('span', { class: `key span ${kind}`, attributes: { 'aria-hidden': 'true' } }), text)
  return h('ul', { class: 'legend' }, ...Object.entries(texts.legend).map(entry))
}

import { faultOf, formatTime } from './describe.ts'
import { h } from './dom.ts'
import type { History } from './history.ts'
import type { View } from './laneRow.ts'
import type { Texts } from './texts/index.ts'
import { statusSpans } from './timeline.ts'

/** The list is for reading. Thousands of events would only slow down the page. */
const MOST = 400

export interface LoggedEvent {
  at: number
  subject: string
  text: string
}

/** Returns everything that happened, in order. */
export function eventsOf(history: History, texts: Texts): LoggedEvent[] {
  const { network, notes, faults, lanes } = history
  const kinds: Partial<Record<string, string>> = texts.legend
  return [
    ...faults.map(({ at, step }) => ({ at, subject: '', text: texts.describeFault(faultOf(step)) })),
    ...network.map(([at, state]) => ({
      at,
      subject: texts.network,
      text: texts.networkStates[state] || texts.networkUp,
    })),
    ...notes.map((note) =>
      note.type === 'server'
        ? { at: note.at, subject: texts.server, text: texts.serverStarted(note.node) }
        : {
            at: note.at,
            subject: texts.lanes[note.lane],
            text: note.event === 'unsent' ? texts.unsentReported : texts.lossReported,
          },
    ),
    ...lanes.flatMap((lane) => [
      ...statusSpans(history, lane).map(({ from, kind, level = 1 }) => ({
        at: from,
        subject: texts.lanes[lane.id],
        text: kinds[kind] ?? `${texts.legend.open} ${Math.round(level * history.clients)}/${history.clients}`,
      })),
      ...lane.dials.map((at) => ({ at, subject: texts.lanes[lane.id], text: texts.legend.dial })),
    ]),
  ].sort((one, other) => one.at - other.at)
}

/** All events as a list that can be opened. It is not built while it is closed. */
export function createEventLog(texts: Texts): View {
  const list = h('ol', { attributes: { 'tabindex': 0, 'aria-label': texts.log } })
  const more = h('p')
  let draw = (): void => {}
  const element = h(
    'details',
    { class: 'event-log', on: { toggle: () => draw() } },
    h('summary', {}, texts.log),
    list,
    more,
  )
  return {
    element,
    update({ history }) {
      draw = () => {
        if (!element.open) return
        const events = eventsOf(history, texts)
        list.replaceChildren(...events.slice(0, MOST).map(eventItem))
        more.textContent = events.length > MOST ? texts.logMore(events.length - MOST) : ''
      }
      draw()
    },
  }
}

const eventItem = ({ at, subject, text }: LoggedEvent): HTMLElement =>
  h('li', {}, h('span', { class: 'story-time' }, formatTime(at)), subject && h('b', {}, subject), ' ', text)

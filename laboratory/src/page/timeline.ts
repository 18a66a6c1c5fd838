// The spans of the time line that show a history.

import type { NetworkState } from '../arena/protocol.ts'
import { type History, type LaneHistory, ON_ITS_WAY } from './history.ts'
import type { Span, Tick } from './strip.ts'

/** Returns the spans of a lane's status. With several clients, their height is the part of them that is open. */
export function statusSpans({ now, end, clients }: History, { states }: LaneHistory): Span[] {
  return states.flatMap(([at, open, status, dead], index) => {
    const to = Math.min(states[index + 1]?.[0] ?? now, now, end)
    if (to <= at) return []
    if (clients > 1) return [{ from: at, to, kind: 'many', level: open / clients, striped: dead / clients }]
    return [{ from: at, to, kind: open === 0 ? (status === 'open' ? 'closed' : status) : dead > 0 ? 'dead' : 'open' }]
  })
}

/** Returns the spans of a lane's messages: received, received late, and missing. Their place is when they were published. */
export function messageSpans({ now, end, every }: History, { states, gaps, late }: LaneHistory): Span[] {
  const until = Math.min(now, end)
  const first = states.find(([, open]) => open > 0)?.[0]
  if (first === undefined || first >= until) return []
  const missing = gaps
    .filter(([from]) => from < now - ON_ITS_WAY)
    .map(([from, to]): Span => ({ from, to: Math.min(to + every, until), kind: 'missing' }))
  const delayed = late
    .filter(([from]) => from < until)
    .map(([from, to]): Span => ({ from, to: Math.min(to + every, until), kind: 'late' }))
  return [{ from: first, to: until, kind: 'received' }, ...delayed, ...missing]
}

/** Returns the connection attempts of a lane. */
export const dialTicks = ({ dials }: LaneHistory): Tick[] => dials.map((at) => ({ at, kind: 'dial' }))

/** Returns the spans of the network's state, with their names. */
export const networkSpans = ({ now, end, network }: History, names: Record<NetworkState, string>): Span[] =>
  network.flatMap(([at, state], index) => {
    const to = Math.min(network[index + 1]?.[0] ?? now, now, end)
    return to > at ? [{ from: at, to, kind: state, text: names[state] }] : []
  })

/** Returns round times for an axis, at most `most` of them, and none at its end, where its text has no room. */
export function axisTimes(end: number, most: number): number[] {
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300].map((s) => s * 1000).find((ms) => end / ms <= most) ?? 300_000
  return Array.from({ length: Math.ceil((end * 0.95) / step) }, (_, index) => index * step)
}

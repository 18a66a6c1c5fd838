// The spans and ticks of the time line that show a history. The axis ends at the present time.
import type { Span, Tick } from '../../../laboratory/src/page/strip.ts'
import type { FaultMark } from '../faultPanel.ts'
import { lateAfter, unheardFor } from './describeWire.ts'
import { SPAN, type WireHistory } from './recordWire.ts'

/** A fault that this page has requested, on the axis. */
export interface PlacedMark {
  at: number
  text: string
  /** Of its text; none if there is no room. */
  row: number | undefined
}

/** Moves spans to the axis of the last 60 s, and removes what is outside. */
function toAxis(spans: Span[], now: number): Span[] {
  const start = now - SPAN
  return spans
    .map((span) => ({ ...span, from: Math.max(0, span.from - start), to: Math.min(SPAN, span.to - start) }))
    .filter(({ from, to }) => to > from)
}

/** The spans of the status. On top of `open`: from a ping that is or was late, until a frame was received or the connection ended. */
export function statusSpans(history: WireHistory, now: number): Span[] {
  const spans = history.statuses.flatMap(({ at, status }, index): Span[] => {
    const to = history.statuses[index + 1]?.at ?? now
    if (status !== 'reconnecting') return [{ from: at, to, kind: status }]
    const dials = history.sockets
      .map(({ dialledAt, endedAt = now }) => ({ from: Math.max(at, dialledAt), to: Math.min(to, endedAt) }))
      .filter((dial) => dial.to > dial.from)
    return [{ from: at, to, kind: 'waiting' }, ...dials.map((dial) => ({ ...dial, kind: 'connecting' }))]
  })
  const late = history.pings
    .filter((ping) => unheardFor(ping, now) >= lateAfter(history))
    .map((ping) => ({ from: ping.at, to: ping.at + unheardFor(ping, now), kind: 'dead' }))
  return toAxis([...spans, ...late], now)
}

/** The spans of the pings, from the ping to its reply. */
export function pingSpans({ pings }: WireHistory, now: number): Span[] {
  const spans = pings.map(({ at, answeredAt, endedAt }) => ({
    from: at,
    to: answeredAt ?? endedAt ?? now,
    kind: answeredAt === undefined ? 'unanswered' : 'answered',
  }))
  return toAxis(spans, now)
}

/** The dials, and the ends of connections that were open. */
export function socketTicks({ sockets }: WireHistory, now: number): Tick[] {
  const start = now - SPAN
  return sockets
    .flatMap(({ dialledAt, openedAt, endedAt }): Tick[] => [
      { at: dialledAt - start, kind: 'dial' },
      ...(openedAt !== undefined && endedAt !== undefined ? [{ at: endedAt - start, kind: 'close' }] : []),
    ])
    .filter(({ at }) => at > 0)
}

/** The pings of the server. */
export const serverPingTicks = ({ serverPings }: WireHistory, now: number): Tick[] =>
  serverPings.map((at) => ({ at: at - now + SPAN, kind: 'server-ping' })).filter(({ at }) => at > 0)

/** The latency of each answered ping, with its place on the axis. */
export function latencies({ pings }: WireHistory, now: number): { at: number; ms: number }[] {
  return pings.flatMap(({ at, answeredAt }) =>
    answeredAt !== undefined && answeredAt > now - SPAN ? [{ at: answeredAt - now + SPAN, ms: answeredAt - at }] : [],
  )
}

/**
 * Places the faults of a panel on the axis, the newest first. A text ends at its mark, because there is no room after the present time.
 *
 * @param timeOrigin when the monotonic clock was 0, in epoch ms
 * @param width of one character, in ms
 */
export function placeMarks(
  faults: readonly FaultMark[],
  kind: 'vue' | 'react',
  now: number,
  timeOrigin: number,
  width: number,
): PlacedMark[] {
  const begins = [Infinity, Infinity]
  const placed: PlacedMark[] = []
  for (let index = faults.length - 1; index >= 0; index -= 1) {
    const fault = faults[index]!
    const at = fault.at - timeOrigin - now + SPAN
    if (at < 0 || !['everyone', 'page', kind].includes(fault.clients)) continue
    const text = markTexts[fault.name] ?? fault.name
    const row = begins.findIndex((begin) => at <= begin)
    if (row >= 0) begins[row] = at - (text.length + 2) * width
    placed.push({ at: Math.min(at, SPAN), text, row: row < 0 ? undefined : row })
  }
  return placed
}

const markTexts: Record<string, string> = { slow: 'slow down', reset: 'end of faults' }

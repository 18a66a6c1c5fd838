// What the panels and the bar of a phone show of a connection besides the client's own state: whether a ping is late, and the silence.
import type { Status } from '@holdfast/core'
import { describeWait } from '../describeTime.ts'
import type { RecordedPing, WireHistory } from './recordWire.ts'

/** The state of a connection as text. */
export interface WireState {
  status: Status
  /** A ping has been unanswered for so long that it shows: the status is still `open`, but there is no answer. */
  isLate: boolean
  silence: string
  /** The same in fewer words, and the wait for the next attempt, which the panels show elsewhere. */
  shortSilence: string
}

/** Most answers arrive sooner, so that the text would flicker, in ms. */
const SHOWN_AFTER = 200
/** A ping counts as late after this time, or after half of its timeout, in ms. */
const LATE_AFTER = 1000

/** After how many ms a ping counts as late. */
export const lateAfter = ({ heartbeat }: WireHistory): number =>
  Math.min(LATE_AFTER, (heartbeat?.timeout ?? Infinity) / 2)

/** How long nothing was received after a ping, in ms. */
export const unheardFor = ({ at, heardAt, endedAt }: RecordedPing, now: number): number =>
  (heardAt ?? endedAt ?? now) - at

/** The state at a time. */
export function describeWire(history: WireHistory, now: number): WireState {
  const status = history.statuses.at(-1)?.status ?? 'closed'
  const silent = describeWait(now - history.receivedAt)
  if (status !== 'open') {
    const dial = describeDial(history, now)
    return { status, isLate: false, silence: dial, shortSilence: dial || describeRetry(history, status, now) }
  }
  const ping = history.pings.find(({ heardAt, endedAt }) => heardAt === undefined && endedAt === undefined)
  if (!ping || now - ping.at < SHOWN_AFTER) {
    const next = untilPing(history, now)
    const last = `last frame ${silent} ago`
    return {
      status,
      isLate: false,
      silence: last + (next === undefined ? '' : ` · ping in ${describeWait(next)}`),
      shortSilence: last,
    }
  }
  const left = untilGivingUp(history, ping, now)
  const end = left > 0 ? ` · gives up in ${describeWait(left)}` : ''
  return {
    status,
    isLate: now - ping.at >= lateAfter(history),
    silence: `silent for ${silent} · pinged ${describeWait(now - ping.at)} ago, no answer${end}`,
    shortSilence: `silent for ${silent}${end}`,
  }
}

/** While there is no connection: the dial that is under way. */
function describeDial({ sockets }: WireHistory, now: number): string {
  const last = sockets.at(-1)
  return last && last.endedAt === undefined ? `connecting for ${describeWait(now - last.dialledAt)}` : ''
}

const describeRetry = ({ retryAt }: WireHistory, status: Status, now: number): string =>
  status === 'reconnecting' && retryAt > now ? `next attempt in ${describeWait(retryAt - now)}` : ''

/** As in the client: a ping is due after `interval` ms of silence, and at least so long after the previous one. */
function untilPing({ heartbeat, receivedAt, sentAt, pingedAt }: WireHistory, now: number): number | undefined {
  if (!heartbeat) return undefined
  const quietSince = heartbeat.afterSendSilence ? Math.min(receivedAt, sentAt) : receivedAt
  return Math.max(0, Math.max(pingedAt, quietSince) + heartbeat.interval - now)
}

/** As in the client: a ping that is due because nothing was sent does not shorten the silence that is allowed. */
function untilGivingUp({ heartbeat, receivedAt }: WireHistory, { at }: RecordedPing, now: number): number {
  if (!heartbeat) return 0
  return at + heartbeat.timeout + Math.max(0, heartbeat.interval - (at - receivedAt)) - now
}

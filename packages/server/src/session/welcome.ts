/** Builds the `welcome` frame, and the answers that the client still waits for. */

import type { HubContext } from '../context/hubContext.ts'
import { EXPIRED_ANSWER } from '../store/keptAnswers.ts'
import type { PendingJoin } from '../streams/subscriptions.ts'
import type { Handshake } from './handshake.ts'

/** The limits of a store that does not announce its own. PROTOCOL.md, "Bounds". */
const DEFAULT_LIMITS = { ms: 120_000, messages: 300, bytes: 1024 * 1024 }

/** The number of messages that a client may have in flight. */
const IN_FLIGHT = 64

/** The refusals that the client may not have received. `cseq` alone would settle these messages as applied. */
const recentRefusals = ({ session }: Handshake): Record<string, unknown> | undefined => {
  const entries = Object.entries(session.results).filter(
    ([seq, result]) => result.startsWith('{"e"') && Number(seq) > session.last - IN_FLIGHT,
  )
  return entries.length > 0
    ? Object.fromEntries(entries.map(([seq, result]) => [seq, (JSON.parse(result) as { e: unknown }).e]))
    : undefined
}

/** The answer of an applied request, or the error `expired` if the answer is not stored any more. */
const answerFrame = ({ session }: Handshake, seq: number): string => {
  const result = session.results[seq] ?? EXPIRED_ANSWER
  return `{"t":"res","seq":${seq},${result.slice(1)}`
}

/** @param requests the numbers of the requests that the client waits for */
export const welcomeFrames = (
  { store, heartbeat, limits }: HubContext,
  handshake: Handshake,
  join: PendingJoin,
  requests: readonly number[],
): string[] => {
  const { session, key, resumed } = handshake
  const { ms, messages, bytes } = store.kept ?? DEFAULT_LIMITS
  const err = resumed && recentRefusals(handshake)
  const welcome = {
    t: 'welcome',
    v: 1,
    sid: session.sessionId,
    key,
    resumed,
    cseq: session.last, // D3
    hb: [heartbeat.interval, heartbeat.timeout],
    win: { ms, n: messages, bytes },
    max: limits.frame,
    streams: Object.fromEntries(join.results),
    ...(err && { err }),
  }
  const answered = resumed ? requests.filter((seq) => seq <= session.last) : []
  return [JSON.stringify(welcome), ...answered.map((seq) => answerFrame(handshake, seq))]
}

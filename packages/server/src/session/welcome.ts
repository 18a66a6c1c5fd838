/** The answer to `hello`, and the answers that were waited for. */

import type { Greeting } from './handshake.ts'
import type { Joining } from '../streams/subscriptions.ts'
import type { Setting } from '../context/hubContext.ts'

/** What a store keeps that does not tell; PROTOCOL.md, "Bounds". */
const KEPT = { ms: 120_000, messages: 300, bytes: 1024 * 1024 }

/** A client has at most as many in flight. */
const IN_FLIGHT = 64

/** The refusals that the client may not have heard of, though what was refused is settled by `cseq`. */
const refusals = ({ session }: Greeting): Record<string, unknown> | undefined => {
  const entries = Object.entries(session.results).filter(
    ([seq, result]) => result.startsWith('{"e"') && Number(seq) > session.last - IN_FLIGHT,
  )
  return entries.length > 0
    ? Object.fromEntries(entries.map(([seq, result]) => [seq, (JSON.parse(result) as { e: unknown }).e]))
    : undefined
}

/** The answer of a request that was applied, or that it is not kept any more. */
const answer = ({ session }: Greeting, seq: number): string => {
  const result = session.results[seq] ?? '{"e":{"code":"expired","message":"the answer is not kept any more"}}'
  return `{"t":"res","seq":${seq},${result.slice(1)}`
}

export const welcomeFrames = (
  setting: Setting,
  greeting: Greeting,
  joining: Joining,
  req: readonly number[],
): string[] => {
  const { session, key, resumed } = greeting
  const { ms, messages, bytes } = setting.store.kept ?? KEPT
  const err = resumed && refusals(greeting)
  const welcome = {
    t: 'welcome',
    v: 1,
    sid: session.sid,
    key,
    resumed,
    cseq: session.last, // D3
    hb: [setting.heartbeat.interval, setting.heartbeat.timeout],
    win: { ms, n: messages, bytes },
    max: setting.limits.frame,
    streams: Object.fromEntries(joining.states),
    ...(err && { err }),
  }
  const answers = resumed ? req.filter((seq) => seq <= session.last).map((seq) => answer(greeting, seq)) : []
  return [JSON.stringify(welcome), ...answers]
}

/** What a client has sent to be delivered: applied in order and once, recorded, and only then acknowledged. */

import { CODES } from '../protocol/closeCodes.ts'
import type { Connection, MessageContext } from '../context/hubEvents.ts'
import { HubError } from '../errors.ts'
import type { SendFrame } from '../protocol/frames.ts'
import { toJson } from '../protocol/json.ts'
import type { Link } from '../connection/link.ts'
import { persist } from './retryUntilExpired.ts'
import type { Setting } from '../context/hubContext.ts'
import type { Owner, SessionRecord } from '../store/store.ts'

export interface DeliveriesOptions {
  setting: Setting
  link: Link
  connection: Connection
  session: SessionRecord
  owner: Owner
}

/** How often a key is asked for that another link is busy with, in ms. */
const PENDING_POLL = 200

/** Takes one `send` frame; to be called one at a time. Rejects when the store fails before anything was applied. */
export const createDeliveries = ({
  setting,
  link,
  connection,
  session,
  owner,
}: DeliveriesOptions): ((frame: SendFrame) => Promise<void>) => {
  const { store, events, stats, timers } = setting
  const { sid } = session
  const { user } = connection
  const results: Record<string, string> = { ...session.results }
  let { last } = session

  const answer = (seq: number): void => {
    const result = results[seq]
    // The text is `{"d":…}` or `{"e":…}`: a record of ours, not of the client's.
    if (result) link.send(`{"t":"res","seq":${seq},${result.slice(1)}`)
  }
  const acknowledge = (seq: number): void => link.send(`{"t":"ack","seq":${seq}}`)

  const refusal = (error: unknown): string => {
    if (error instanceof HubError) return JSON.stringify({ e: { code: error.code, message: error.message } })
    setting.report(error)
    return JSON.stringify({ e: { code: 'internal', message: '' } })
  }
  /** The text of the answer, or undefined for none. */
  const apply = async (frame: SendFrame): Promise<string | undefined> => {
    const { seq, d, idem, ch, rq } = frame
    const context: MessageContext = { connection, user, id: `${sid}:${seq}`, idempotencyKey: idem, channel: ch }
    stats.received++
    try {
      const reply = await events.ask(rq ? 'request' : 'message', d, context)
      if (!rq) return undefined
      if (events.count('request') === 0) throw new HubError('unsupported', 'no listener for requests')
      return `{"d":${toJson(reply ?? null)}}`
    } catch (error) {
      return refusal(error)
    }
  }
  /** The record under a key, waiting while another link is busy with it; undefined when it is ours to apply. */
  const known = async (key: string): Promise<string | undefined> => {
    for (;;) {
      const record = await store.claimKey(user.id, key)
      if (record !== 'pending') return record
      if (!(await timers.sleep(PENDING_POLL)) || !link.open) return 'pending'
    }
  }
  const resultOf = async (frame: SendFrame): Promise<string | undefined> => {
    const { idem } = frame
    if (idem === undefined) return await apply(frame)
    const record = await known(idem)
    if (record === 'pending') return record
    if (record !== undefined) {
      // D6
      stats.repeated++
      return record || undefined
    }
    const result = await apply(frame)
    await persist(setting, () => store.recordKey(user.id, idem, result ?? ''))
    return result
  }
  const keep = (seq: number, result: string | undefined): void => {
    last = seq
    if (result !== undefined) results[seq] = result
    delete results[seq - 128]
  }
  /** False when nothing may follow on this link. */
  const take = async (frame: SendFrame): Promise<boolean> => {
    const { seq } = frame
    if (seq <= last) {
      // D1
      stats.repeated++
      answer(seq)
      acknowledge(last)
      return true
    }
    if (seq > last + 1) {
      // D1
      stats.badFrames++
      link.close(CODES.badFrame, 'a seq was left out')
      return false
    }
    const result = await resultOf(frame)
    if (result === 'pending') return false // the link is gone; the client sends it again
    const recorded = await persist(setting, () => store.recordApplied(sid, owner, seq, result)) // D2
    if (!recorded) {
      link.close(CODES.replaced, 'the session is elsewhere')
      return false
    }
    keep(seq, result)
    answer(seq)
    acknowledge(seq) // D2
    return true
  }
  let going = true
  return async (frame) => {
    if (!going) return
    going = false
    // What throws has not been applied: what follows must wait for it, on another link.
    going = await take(frame)
  }
}

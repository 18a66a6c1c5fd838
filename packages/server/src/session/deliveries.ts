/** Applies the messages that a client delivers: in order, once, recorded in the store, and only then acknowledged. */

import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { Connection, MessageContext } from '../context/hubEvents.ts'
import { HubError, isHubError } from '../errors.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import type { SendFrame } from '../protocol/frames.ts'
import { toJson } from '../protocol/json.ts'
import type { Owner, SessionRecord } from '../store/store.ts'
import { retryUntilExpired } from './retryUntilExpired.ts'

export interface DeliveriesOptions {
  context: HubContext
  link: Link
  connection: Connection
  session: SessionRecord
  owner: Owner
}

/** Handles one `send` frame. Must be called for one frame at a time. Rejects when the store fails before the message was applied. */
export type Deliver = (frame: SendFrame) => Promise<void>

/** How often to ask for an idempotency key that another link has reserved, in ms. */
const PENDING_POLL = 200

/** The number of answers that a session keeps. PROTOCOL.md, "Bounds". */
const KEPT_RESULTS = 128

export const createDeliveries = ({ context, link, connection, session, owner }: DeliveriesOptions): Deliver => {
  const { store, events, stats, timers, report } = context
  const { sessionId } = session
  const { user } = connection
  const results: Record<string, string> = { ...session.results }
  let { last } = session

  const sendAnswer = (seq: number): void => {
    const result = results[seq]
    // The record is `{"d":…}` or `{"e":…}`, written by the server.
    if (result) link.send(`{"t":"res","seq":${seq},${result.slice(1)}`)
  }
  const acknowledge = (seq: number): void => link.send(`{"t":"ack","seq":${seq}}`)

  const refusalOf = (error: unknown): string => {
    if (isHubError(error)) return JSON.stringify({ e: { code: error.code, message: error.message } })
    report(error)
    return JSON.stringify({ e: { code: 'internal', message: '' } })
  }
  /** Returns the text of the answer, or undefined for none. */
  const apply = async (frame: SendFrame): Promise<string | undefined> => {
    const { seq, d, idem, ch, rq } = frame
    const messageContext: MessageContext = {
      connection,
      user,
      id: `${sessionId}:${seq}`,
      idempotencyKey: idem,
      channel: ch,
    }
    stats.received++
    try {
      const reply = await events.emitAsync(rq ? 'request' : 'message', d, messageContext)
      if (!rq) return undefined
      if (events.listenerCount('request') === 0) throw new HubError('unsupported', 'no listener for requests')
      return `{"d":${toJson(reply ?? null)}}`
    } catch (error) {
      return refusalOf(error)
    }
  }
  /** Returns the record of a key, or undefined if the key is now reserved for this link. Waits while another link has reserved it. */
  const claimKey = async (key: string): Promise<string | undefined> => {
    for (;;) {
      const record = await store.claimKey(user.id, key)
      if (record !== 'pending') return record
      if (!(await timers.sleep(PENDING_POLL)) || !link.open) return 'pending'
    }
  }
  const resultOf = async (frame: SendFrame): Promise<string | undefined> => {
    const { idem } = frame
    if (idem === undefined) return await apply(frame)
    const record = await claimKey(idem)
    if (record === 'pending') return record
    if (record !== undefined) {
      stats.repeated++ // D6
      return record || undefined
    }
    const result = await apply(frame)
    await retryUntilExpired(context, () => store.recordKey(user.id, idem, result ?? ''))
    return result
  }
  const keepResult = (seq: number, result: string | undefined): void => {
    last = seq
    if (result !== undefined) results[seq] = result
    delete results[seq - KEPT_RESULTS]
  }
  /** Returns false if this link must not apply any later frame. */
  const deliver = async (frame: SendFrame): Promise<boolean> => {
    const { seq } = frame
    if (seq <= last) {
      stats.repeated++ // D1
      sendAnswer(seq)
      acknowledge(last)
      return true
    }
    if (seq > last + 1) {
      stats.badFrames++ // D1
      link.close(CLOSE_CODES.badFrame, 'a seq was left out')
      return false
    }
    const result = await resultOf(frame)
    if (result === 'pending') return false // The link is closed. The client sends the message again.
    const recorded = await retryUntilExpired(context, () => store.recordApplied(sessionId, owner, seq, result)) // D2
    if (!recorded) {
      link.close(CLOSE_CODES.replaced, 'the session is elsewhere')
      return false
    }
    keepResult(seq, result)
    sendAnswer(seq)
    acknowledge(seq) // D2
    return true
  }
  let accepting = true
  return async (frame) => {
    if (!accepting) return
    // If `deliver` throws, the message was not applied. Later ones must wait until the client sends it again on another link.
    accepting = false
    accepting = await deliver(frame)
  }
}

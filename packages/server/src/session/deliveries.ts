/** Applies the messages that a client delivers: in order, once, recorded in the store, and only then acknowledged. */

import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { Connection, MessageContext } from '../context/hubEvents.ts'
import { HubError, isHubError } from '../errors.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import type { SendFrame } from '../protocol/frames.ts'
import { toJson } from '../protocol/json.ts'
import { EXPIRED_ANSWER } from '../store/keptAnswers.ts'
import type { SessionWrite } from '../store/store.ts'
import type { OwnedSession } from './ownedSession.ts'
import { retryUntilExpired } from './retryUntilExpired.ts'

export interface DeliveriesOptions {
  context: HubContext
  link: Link
  connection: Connection
  session: OwnedSession
}

/** Handles one `send` frame. Must be called for one frame at a time. Rejects when the store fails before the message was applied. */
export type Deliver = (frame: SendFrame) => Promise<void>

/** How often to ask for an idempotency key that another link has reserved, in ms. */
const PENDING_POLL = 200

/** The longest answer that is kept for an idempotency key, in bytes. Many keys are kept, and for longer than a session. */
const LONGEST_KEPT = 64 * 1024
/** The longest code or text of a refusal, in characters. Refusals are kept longer than replies, so they must be short. */
const LONGEST_REFUSAL = 512

/** An answer, and the idempotency key that it is recorded for. */
interface Outcome {
  answer: string | undefined
  key?: string
}

export const createDeliveries = ({ context, link, connection, session }: DeliveriesOptions): Deliver => {
  const { store, events, stats, timers, report } = context
  const { sessionId } = session

  const sendAnswer = (seq: number, answer: string | undefined): void => {
    // The record is `{"d":…}` or `{"e":…}`, written by the server.
    if (answer) link.send(`{"t":"res","seq":${seq},${answer.slice(1)}`)
  }
  const acknowledge = (seq: number): void => link.send(`{"t":"ack","seq":${seq}}`)

  const refusalOf = (error: unknown): string => {
    if (isHubError(error)) {
      const [code, message] = [error.code, error.message].map((text) => `${text}`.slice(0, LONGEST_REFUSAL))
      return JSON.stringify({ e: { code, message } })
    }
    report(error)
    return JSON.stringify({ e: { code: 'internal', message: '' } })
  }
  /** Returns the text of the answer, or undefined for none. */
  const apply = async (frame: SendFrame): Promise<string | undefined> => {
    const { seq, d, idem, ch, rq } = frame
    const messageContext: MessageContext = {
      connection,
      user: connection.user, // a fresh token may have replaced it
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
      const record = await store.claimKey(connection.user.id, key)
      if (record !== 'pending') return record
      if (!(await timers.sleep(PENDING_POLL)) || !link.open) return 'pending'
    }
  }
  /** Applies a message, unless its key has a record. Returns undefined if the link was closed before that. */
  const settle = async (frame: SendFrame): Promise<Outcome | undefined> => {
    const { idem } = frame
    if (idem === undefined) return { answer: await apply(frame) }
    const record = await claimKey(idem)
    if (record === 'pending') return undefined
    if (record !== undefined) {
      stats.repeated++ // D6
      return { answer: record || undefined }
    }
    session.runningKey = idem
    return { answer: await apply(frame), key: idem }
  }
  const record = async (seq: number, { answer, key }: Outcome): Promise<SessionWrite> => {
    const kept = answer !== undefined && Buffer.byteLength(answer) > LONGEST_KEPT ? EXPIRED_ANSWER : answer
    if (key !== undefined) await store.recordKey(connection.user.id, key, kept ?? '')
    session.runningKey = undefined
    return await session.recordApplied(seq, answer)
  }
  /** Returns false if this link must not apply any later frame. */
  const deliver = async (frame: SendFrame): Promise<boolean> => {
    const { seq } = frame
    const { last } = session
    if (seq <= last) {
      stats.repeated++ // D1
      sendAnswer(seq, session.answer(seq) ?? (frame.rq ? EXPIRED_ANSWER : undefined))
      acknowledge(last)
      return true
    }
    if (seq > last + 1) {
      stats.badFrames++ // D1
      link.close(CLOSE_CODES.badFrame, 'a seq was left out')
      return false
    }
    const outcome = await settle(frame)
    if (!outcome) return false // The link is closed. The client sends the message again.
    const recorded = await retryUntilExpired(context, () => record(seq, outcome)) // D2
    if (!session.check(recorded)) return false
    sendAnswer(seq, outcome.answer)
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

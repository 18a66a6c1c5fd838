/** Applies the messages that a client delivers: in order, once, recorded in the store, and only then acknowledged. */

import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { Connection, MessageContext } from '../context/hubEvents.ts'
import { reportListener } from '../context/listenerErrors.ts'
import { HubError, isHubError } from '../errors.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import type { SendFrame } from '../protocol/frames.ts'
import { toJson } from '../protocol/json.ts'
import { EXPIRED_ANSWER } from '../store/keptAnswers.ts'
import type { SessionWrite } from '../store/store.ts'
import type { OwnedSession } from './ownedSession.ts'
import { retryUntilExpired } from './retryUntilExpired.ts'

/** How often to ask for an idempotency key that another link has reserved, in ms. */
const PENDING_POLL = 200

/** The longest answer that is kept for an idempotency key, in bytes. Many keys are kept, and for longer than a session. */
const LONGEST_KEPT = 64 * 1024
/** The longest code or text of a refusal, in characters. Refusals are kept longer than replies, so they must be short. */
const LONGEST_REFUSAL = 512

/** The answer to a message that is not applied, because its user has too many idempotency keys. */
const KEYS_FULL = '{"e":{"code":"limit","message":"too many idempotency keys in 300 s"}}'

/** An answer, and the idempotency key that it is recorded for. */
interface Outcome {
  answer: string | undefined
  key?: string
}

const refusalOf = ({ report }: HubContext, connection: Connection, error: unknown): string => {
  if (isHubError(error)) {
    const [code, message] = [error.code, error.message].map((text) => `${text}`.slice(0, LONGEST_REFUSAL))
    return JSON.stringify({ e: { code, message } })
  }
  reportListener(report, connection, error)
  return JSON.stringify({ e: { code: 'internal', message: '' } })
}

export class Deliveries {
  private readonly _context: HubContext
  private readonly _link: Link
  private readonly _connection: Connection
  private readonly _session: OwnedSession
  private _isAccepting = true

  constructor(context: HubContext, link: Link, connection: Connection, session: OwnedSession) {
    this._context = context
    this._link = link
    this._connection = connection
    this._session = session
  }

  /** Handles one `send` frame. Must be called for one frame at a time. Rejects when the store fails before the message was applied. */
  async deliver(frame: SendFrame): Promise<void> {
    if (!this._isAccepting) return
    // If `_handle` throws, the message was not applied. Later ones must wait until the client sends it again on another link.
    this._isAccepting = false
    this._isAccepting = await this._handle(frame)
  }

  /** Returns false if this link must not apply any later frame. */
  private async _handle(frame: SendFrame): Promise<boolean> {
    const { stats } = this._context
    const session = this._session
    const { seq } = frame
    const { last } = session
    if (seq <= last) {
      stats.repeated++ // D1
      this._sendAnswer(seq, session.answer(seq) ?? (frame.rq ? EXPIRED_ANSWER : undefined))
      this._acknowledge(last)
      return true
    }
    if (seq > last + 1) {
      this._link.closeFaulty('badFrames', CLOSE_CODES.badFrame, 'a seq was left out') // D1
      return false
    }
    const outcome = await this._settle(frame)
    if (!outcome) return false // The link is closed. The client sends the message again.
    const recorded = await retryUntilExpired(this._context, () => this._record(seq, outcome)) // D2
    if (!session.check(recorded)) return false
    this._sendAnswer(seq, outcome.answer)
    this._acknowledge(seq) // D2
    return true
  }

  /** Applies a message, unless its key has a record. Returns undefined if the link was closed before that. */
  private async _settle(frame: SendFrame): Promise<Outcome | undefined> {
    const { idem } = frame
    if (idem === undefined) return { answer: await this._apply(frame) }
    const record = await this._claimKey(idem)
    if (record === 'pending') return undefined
    if (record === 'full') return { answer: KEYS_FULL }
    if (record !== undefined) {
      this._context.stats.repeated++ // D6
      return { answer: record || undefined }
    }
    this._session.runningKey = idem
    return { answer: await this._apply(frame), key: idem }
  }

  /** Returns what `claimKey` of the store returns. Waits while another link has reserved the key. */
  private async _claimKey(key: string): Promise<string | undefined> {
    const { store, timers } = this._context
    for (;;) {
      const record = await store.claimKey(this._connection.user.id, key)
      if (record !== 'pending') return record
      if (!(await timers.sleep(PENDING_POLL)) || !this._link.open) return 'pending'
    }
  }

  /** Returns the text of the answer, or undefined for none. */
  private async _apply({ seq, d, idem, ch, rq }: SendFrame): Promise<string | undefined> {
    const { events, stats } = this._context
    const connection = this._connection
    const messageContext: MessageContext = {
      connection,
      user: connection.user,
      id: `${this._session.sessionId}:${seq}`,
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
      return refusalOf(this._context, connection, error)
    }
  }

  private async _record(seq: number, { answer, key }: Outcome): Promise<SessionWrite> {
    const { store } = this._context
    const kept = answer !== undefined && Buffer.byteLength(answer) > LONGEST_KEPT ? EXPIRED_ANSWER : answer
    if (key !== undefined) await store.recordKey(this._connection.user.id, key, kept ?? '')
    this._session.runningKey = undefined
    return await this._session.recordApplied(seq, answer)
  }

  private _sendAnswer(seq: number, answer: string | undefined): void {
    // The record is `{"d":…}` or `{"e":…}`, written by the server.
    if (answer) this._link.send(`{"t":"res","seq":${seq},${answer.slice(1)}`)
  }

  private _acknowledge(seq: number): void {
    this._link.send(`{"t":"ack","seq":${seq}}`)
  }
}

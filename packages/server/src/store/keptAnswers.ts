/** The newest answers of a session, bounded in number and bytes. The link of a session and the memory store both keep them. */

const KIB = 1024
const MIB = KIB * KIB

/** Answers per session. PROTOCOL.md, "Bounds". */
export const KEPT_ANSWERS = 128
/** Bytes of these answers per session. PROTOCOL.md, "Bounds". */
export const KEPT_ANSWER_BYTES: number = 256 * KIB
/** Bytes of answers per user, of all sessions on a node. */
export const USER_ANSWER_BYTES: number = 4 * MIB
/** Bytes of the idempotency keys of a user in a store, with their answers. PROTOCOL.md, "Bounds". */
export const USER_KEY_BYTES: number = 8 * MIB
/** The part of these bytes above which answers are shortened, so that replies leave space for keys. */
export const LONG_ANSWERS_SHARE = 0.5
/** The memory that a store needs for a key besides the texts, in bytes. */
export const KEY_OVERHEAD = 160
/** The longest refusal that is kept as it is. A longer one is kept without its message. */
const LONGEST_REFUSAL = KIB

export const isRefusal = (answer: string): boolean => answer.startsWith('{"e"')

/** The answer that is kept in place of one that is too long. */
export const EXPIRED_ANSWER = '{"e":{"code":"expired","message":"the answer is not stored any more"}}'

/** Returns the answer without its reply, or without the message of its refusal. Its code stays: the message was not applied. */
export const shortened = (answer: string): string => {
  const short = isRefusal(answer) ? withoutMessage(answer) : EXPIRED_ANSWER
  return short.length < answer.length ? short : answer
}

/** The bytes of answers that all sessions of a user, and of a node or a store, share. */
export class AnswerBudget {
  private readonly _perUser: number
  private readonly _total: number
  private readonly _users = new Map<string, number>()
  private _used = 0

  constructor(perUser: number = USER_ANSWER_BYTES, total: number = 64 * MIB) {
    this._perUser = perUser
    this._total = total
  }

  has(user: string, bytes: number): boolean {
    return this._used + bytes <= this._total && (this._users.get(user) ?? 0) + bytes <= this._perUser
  }

  /** @param bytes negative to give them back */
  take(user: string, bytes: number): void {
    const used = (this._users.get(user) ?? 0) + bytes
    this._used += bytes
    if (used > 0) this._users.set(user, used)
    else this._users.delete(user)
  }
}

export class KeptAnswers {
  private readonly _user: string
  private readonly _budget: AnswerBudget
  private _results: Record<string, string> | undefined
  private _bytes = 0

  constructor(user: string, budget: AnswerBudget, results: Readonly<Record<string, string>>) {
    this._user = user
    this._budget = budget
    for (const [seq, answer] of Object.entries(results)) this.add(Number(seq), answer)
  }

  /** The answers by `seq`. A copy. */
  get results(): Record<string, string> {
    return { ...this._results }
  }

  get(seq: number): string | undefined {
    return this._results?.[seq]
  }

  /** Keeps the answer to the newest message, if there is one and the bounds allow it. The oldest answers are removed first. */
  add(seq: number, answer: string | undefined): void {
    this._remove(seq - KEPT_ANSWERS)
    if (answer === undefined) return
    this._remove(seq)
    // Without its refusal, a message would count as applied.
    if (isRefusal(answer)) return this._keep(seq, shortRefusal(answer))
    const bytes = Buffer.byteLength(answer)
    if (bytes > KEPT_ANSWER_BYTES) return
    // Integer keys are in ascending order.
    const oldest = Object.entries(this._results ?? {}).filter(([, kept]) => !isRefusal(kept))
    while (!this._fits(bytes) && oldest.length > 0) this._remove(Number(oldest.shift()![0]))
    if (this._fits(bytes)) this._keep(seq, answer)
  }

  /** Gives the bytes back to the budget. */
  release(): void {
    this._budget.take(this._user, -this._bytes)
    this._bytes = 0
    this._results = undefined
  }

  private _fits(bytes: number): boolean {
    return this._bytes + bytes <= KEPT_ANSWER_BYTES && this._budget.has(this._user, bytes)
  }

  private _keep(seq: number, answer: string): void {
    const results = (this._results ??= {})
    results[seq] = answer
    this._count(Buffer.byteLength(answer))
  }

  private _remove(seq: number): void {
    const answer = this._results?.[seq]
    if (answer === undefined) return
    delete this._results![seq]
    this._count(-Buffer.byteLength(answer))
  }

  private _count(bytes: number): void {
    this._bytes += bytes
    this._budget.take(this._user, bytes)
  }
}

const shortRefusal = (answer: string): string =>
  Buffer.byteLength(answer) <= LONGEST_REFUSAL ? answer : withoutMessage(answer)

const withoutMessage = (answer: string): string => {
  const { e } = JSON.parse(answer) as { e: { code: string } }
  return JSON.stringify({ e: { code: e.code.slice(0, 100), message: '' } })
}

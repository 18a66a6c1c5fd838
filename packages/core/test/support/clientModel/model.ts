/** What a client promises, as a small model. It knows nothing of how; whether a socket is open it is told. */

import { QUEUE, STABLE, type Setup, TIMES } from './createModelTestClient.ts'

export interface Model {
  /** There is to be a connection. */
  wanted: boolean
  disposed: boolean
  /** The page went away, and with it the connection. */
  away: boolean
  /** It has just come back. */
  back: boolean
  users: number
  /** When a connection that nobody uses any more ends. */
  lingersUntil: number | undefined
  /** Attempts since they were last counted from 0. */
  spent: number
  /** Since when the connection is open, and when something was last heard of it. */
  upSince: number | undefined
  heardAt: number
  /** Pings since then, and when the last one went out. */
  pings: number
  pingedAt: number
  /** What has to be said next about a connection or a dial that ended. */
  owed: 'retry' | 'stop' | undefined
  waiting: { message: string; expires: number }[]
  /** Messages that have to have arrived, in order, those that have to have been dropped, and how many came back. */
  arrived: string[]
  dropped: string[]
  received: number
}

export const createModel = (): Model => ({
  wanted: false,
  disposed: false,
  away: false,
  back: false,
  users: 0,
  lingersUntil: undefined,
  spent: 0,
  upSince: undefined,
  heardAt: 0,
  pings: 0,
  pingedAt: 0,
  owed: undefined,
  waiting: [],
  arrived: [],
  dropped: [],
  received: 0,
})

export const returns = (model: Model): void => {
  if (model.away) model.back = true
  model.away = false
}
export const hear = (model: Model, now: number): void => {
  Object.assign(model, { heardAt: now, pings: 0 })
}
/** Somebody has decided; what was to come of the connection before does not matter any more. */
export const decide = (model: Model, wanted: boolean): void => {
  returns(model)
  Object.assign(model, { wanted: wanted && !model.disposed, spent: 0, owed: undefined })
}
export const open = (model: Model): void => {
  if (!model.wanted) decide(model, true)
  returns(model)
}

/** The messages that leave the queue, from the front. */
const leave = (model: Model, to: string[], leaves: (expires: number) => boolean = () => true): void => {
  while (model.waiting[0] && leaves(model.waiting[0].expires)) to.push(model.waiting.shift()!.message)
}
export const flush = (model: Model): void => leave(model, model.arrived)
export const clear = (model: Model): void => leave(model, model.dropped)
export const expire = (model: Model, now: number): void => leave(model, model.dropped, (expires) => expires <= now)

export const send = (
  model: Model,
  setup: Setup,
  message: string,
  { mayWait, now, line }: { mayWait: boolean; now: number; line: 'none' | 'slow' | 'fast' },
): string => {
  const waits = mayWait && setup.queue !== 'off'
  if (model.disposed) return 'dropped'
  if (!model.waiting.length && (line === 'fast' || (line === 'slow' && !waits))) {
    model.arrived.push(message)
    return 'sent'
  }
  expire(model, now)
  const full = model.waiting.length === QUEUE.limit
  if (!waits || (full && setup.queue === 'drop-new')) {
    model.dropped.push(message)
    return 'dropped'
  }
  if (full) model.dropped.push(model.waiting.shift()!.message)
  model.waiting.push({ message, expires: now + QUEUE.ttl })
  return 'queued'
}

export const retain = (model: Model): void => {
  if (!model.users++) open(model)
  model.lingersUntil = undefined
}
export const release = (model: Model, now: number): void => {
  if (!--model.users && !model.disposed) model.lingersUntil = now + TIMES.linger
}
/** Nobody came back in time. */
export const rest = (model: Model): void => {
  model.lingersUntil = undefined
  decide(model, false)
  clear(model)
}

/** A connection or a dial ended without being asked to. Whether that is known to be the end. */
export const lose = (model: Model, setup: Setup, final: boolean, now: number): boolean => {
  if (model.upSince !== undefined && now - model.upSince >= STABLE) model.spent = 0
  model.upSince = undefined
  const exhausted = model.spent >= setup.maxAttempts
  model.owed = exhausted || (final && setup.judge !== 'never') ? 'stop' : 'retry'
  return exhausted || (final && setup.judge === 'policy')
}

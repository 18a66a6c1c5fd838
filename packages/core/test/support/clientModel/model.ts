/**
 * The behaviour that a client promises, as a small model. It does not contain how the client works; the tests pass it whether a socket
 * is open.
 */

import { QUEUE, type RunOptions, STABLE, TIMES } from './createModelTestClient.ts'

export interface Model {
  /** A connection is wanted. */
  wanted: boolean
  disposed: boolean
  /** The page was hidden with `pagehide`, which closed the connection. */
  away: boolean
  /** The page has just come back. */
  back: boolean
  users: number
  /** When a connection without users ends. */
  lingersUntil: number | undefined
  /** The user closed the client or it has stopped, so that no connection follows. */
  finished: boolean
  /** The page returned during the current dial or decision, so that the next dial may start before `close` is emitted. */
  hinted: boolean
  dialledEarly: boolean
  /** Attempts since they were last counted from 0. */
  spent: number
  /** Since when the connection is open, and when it last received a frame. */
  upSince: number | undefined
  activeAt: number
  /** When a message was last sent for certain. */
  sentAt: number
  /** The server has answered a ping. */
  replied: boolean
  /** The longest time for a reply, as a multiple. */
  patience: number
  /** The number of pings since then, and the time of the last one. */
  pings: number
  pingedAt: number
  /** The event that must follow a connection or a dial that ended. */
  owed: 'retry' | 'stop' | undefined
  waiting: { message: string; expires: number }[]
  /** The messages that must have arrived, in order, and those that must have been dropped; the number of messages received. */
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
  finished: false,
  hinted: false,
  dialledEarly: false,
  lingersUntil: undefined,
  spent: 0,
  upSince: undefined,
  activeAt: 0,
  sentAt: 0,
  replied: false,
  patience: 1,
  pings: 0,
  pingedAt: 0,
  owed: undefined,
  waiting: [],
  arrived: [],
  dropped: [],
  received: 0,
})

export const showPage = (model: Model): void => {
  if (model.away) model.back = true
  model.away = false
}
export const noteActivity = (model: Model, now: number): void => {
  Object.assign(model, { activeAt: now, pings: 0, patience: 1 })
}
/** The user wants a connection, or none. Whatever was owed about the previous connection no longer matters. */
export const setWanted = (model: Model, wanted: boolean): void => {
  showPage(model)
  Object.assign(model, { wanted: wanted && !model.disposed, spent: 0, owed: undefined, hinted: false })
}
export const open = (model: Model): void => {
  if (!model.wanted) setWanted(model, true)
  showPage(model)
}

/** Moves messages from the front of the queue to a list while they match. */
const take = (model: Model, to: string[], matches: (expires: number) => boolean = () => true): void => {
  while (model.waiting[0] && matches(model.waiting[0].expires)) to.push(model.waiting.shift()!.message)
}
export const flush = (model: Model): void => take(model, model.arrived)
export const clear = (model: Model): void => take(model, model.dropped)
export const expire = (model: Model, now: number): void => take(model, model.dropped, (expires) => expires <= now)

export interface SendConditions {
  mayWait: boolean
  now: number
  /** No open socket, one with a full send buffer, or one that takes messages. */
  socket: 'none' | 'slow' | 'fast'
}

/** @returns the result that `client.send` must return */
export const send = (
  model: Model,
  options: RunOptions,
  message: string,
  { mayWait, now, socket }: SendConditions,
): string => {
  const queues = mayWait && options.queue !== 'off'
  if (model.disposed) return 'dropped'
  if (model.waiting.length) {
    expire(model, now)
    if (socket === 'fast') flush(model)
  }
  if (socket === 'fast' || (socket === 'slow' && !queues && !model.waiting.length)) {
    model.arrived.push(message)
    model.sentAt = now
    return 'sent'
  }
  // Messages that wait for the buffer of an open connection are limited by their bytes alone.
  const full = socket === 'none' && model.waiting.length >= QUEUE.limit
  if (model.finished || !queues || (full && options.queue === 'drop-new')) {
    model.dropped.push(message)
    return 'dropped'
  }
  // More than the limit may wait for a buffer when the connection is lost.
  while (full && model.waiting.length >= QUEUE.limit) model.dropped.push(model.waiting.shift()!.message)
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
/** Ends the connection after the linger time, or by `dispose`. */
export const endUse = (model: Model): void => {
  model.lingersUntil = undefined
  if (model.wanted) model.finished = false
  setWanted(model, false)
  clear(model)
}

/** A connection or a dial ended without a request by the user. @returns whether the loss is known to be final */
export const lose = (model: Model, options: RunOptions, final: boolean, now: number): boolean => {
  if (model.upSince !== undefined && now - model.upSince >= STABLE) model.spent = 0
  model.upSince = undefined
  const exhausted = model.spent >= options.maxAttempts
  model.owed = exhausted || (final && options.decision !== 'never') ? 'stop' : 'retry'
  return exhausted || (final && options.decision === 'policy')
}

/** What must never happen, in any step in any world. */

import type { Effect, State, Timer } from '../../src/engine/machine.ts'
import {
  PHASES,
  type Properties,
  type Step,
  awaits,
  changed,
  dialling,
  did,
  ended,
  failed,
  judged,
  linked,
  one,
  opens,
  spent,
} from './exploreStep.ts'

const TIMERS: { [Name in State['name']]: (heartbeat: boolean) => readonly (Timer | undefined)[] } = {
  closed: () => [undefined],
  connecting: () => ['connectTimeout'],
  reconnecting: () => ['connectTimeout'],
  waiting: () => ['retry', 'onlineJitter', 'decision', undefined],
  open: (heartbeat) => (heartbeat ? ['interval', 'timeout', 'probe'] : [undefined]),
  closing: () => ['closeTimeout'],
}

/** Timers and sockets are those that the state tells of. */
export const things: Properties = {
  'runs the timer that its state names, and no other': ({ after, rules }) =>
    one(after.timer, ...TIMERS[after.name](rules.heartbeat)),
  'has the one socket that its state tells of, and no other': ({ after, next }) => {
    const phase = PHASES[after.name]
    const [socket, ...others] = next.sockets.filter(({ dropped }) => !dropped)
    return socket?.phase === phase && (!socket || socket.number === next.state.socket) && others.length === 0
  },
  'drops the socket that it parts from': (step) =>
    !PHASES[step.before.name] ||
    (step.before.socket === step.after.socket && !!PHASES[step.after.name]) ||
    did(step, 'detach'),
  'each dial takes a new number, and nothing else does': (step) =>
    step.after.socket - step.before.socket === (did(step, 'dial') ? 1 : 0),
  'keeps no socket while the page is away': ({ event, after }) => event.type !== 'hide' || !PHASES[after.name],
  'begins the closing handshake when the user closes a link': (step) =>
    did(step, 'startClose') === (changed(step) && step.after.name === 'closing') &&
    (!did(step, 'startClose') || (step.before.name === 'open' && step.event.type === 'close')),
}

/** Nobody but the user decides whether there is to be a connection. */
export const intent: Properties = {
  'open() and reconnect() are obeyed in every state': ({ event, after }) =>
    !one(event.type, 'open', 'reconnect') || !ended(after),
  'open() leaves nothing to a decision that was asked before': ({ event, after }) =>
    event.type !== 'open' || after.timer !== 'decision',
  'close() is obeyed, politely where there is a link': (step) =>
    step.event.type !== 'close' || (step.before.name === 'open' ? did(step, 'startClose') : ended(step.after)),
  'rest ends it without a handshake': ({ event, after }) => event.type !== 'release' || after.name === 'closed',
  'nothing is dialled after an end until the user asks': ({ before, after, event }) =>
    !ended(before) || ended(after) || one(event.type, 'open', 'reconnect'),
  'dials without delay only when allowed, after an end, or for a page that came back': (step) =>
    !did(step, 'dial') ||
    (step.event.type === 'timerFired' && one(step.before.timer, 'retry', 'onlineJitter')) ||
    (step.before.name === 'waiting' && !step.before.timer) ||
    ended(step.before) ||
    !!step.event.eager,
  'dials at once when asked to and allowed to': (step) =>
    !step.event.eager ||
    !(step.event.type === 'reconnect' || (step.event.type === 'open' && step.before.name === 'waiting')) ||
    did(step, 'dial'),
  'is connecting only before the first loss': ({ before, after, event }) =>
    after.name !== 'connecting' ||
    before.name === 'connecting' ||
    (ended(before) && one(event.type, 'open', 'reconnect')),
}

const WORDS: readonly Effect[] = ['open', 'close', 'retry', 'stop']
const count = ({ effects }: Step, word: Effect): number => effects.filter((effect) => effect === word).length

/** What listeners hear is what happened, once. */
export const words: Properties = {
  'what is ignored does nothing': (step) => changed(step) || step.effects.length === 0,
  'deeds come before words': ({ effects }) =>
    effects.every((effect, i) => WORDS.includes(effect) || !WORDS.includes(effects[i - 1]!)),
  'flushes on the way to open and at no other time, and says open then': (step) =>
    count(step, 'flush') === +opens(step) && count(step, 'open') === +opens(step),
  'says the end of each link, failed dial and close() once': (step) => {
    const over = linked(step.before) && !linked(step.after)
    const asked = step.event.type === 'close' && !linked(step.before) && !ended(step.before)
    return count(step, 'close') === +(over || asked || (dialling(step.before) && failed(step)))
  },
  'stops when the decision is no or the attempts are spent, and says so': (step) => {
    const no = !step.event.decision || (failed(step) && spent(step) >= step.rules.maxAttempts)
    const stops = no && (failed(step) || judged(step))
    return count(step, 'stop') === +stops && (!stops || step.after.name === 'closed')
  },
  'ends of itself only by giving up, or for want of an address': (step) =>
    ended(step.before) || !ended(step.after) || one(step.event.type, 'close', 'release') || did(step, 'stop'),
  'says retry when a wait for a retry begins': (step) =>
    count(step, 'retry') === +(changed(step) && one(step.after.timer, 'retry', 'onlineJitter')),
  'pings when it begins to wait for an answer': (step) =>
    count(step, 'ping') === +(changed(step) && awaits(step.after)),
  'pings after silence only, one at a time': (step) =>
    !did(step, 'ping') || step.event.type === 'timerFired' || (!!step.event.silent && step.before.timer === 'interval'),
}

/** What is to be counted after a step that changed something. */
const attempts = (step: Step): number => {
  const { before, after, event } = step
  if (one(event.type, 'hide', 'close') || after.name === 'closed' || ended(before)) return 0
  if (event.type === 'reconnect') return event.eager ? 0 : 1
  return failed(step) ? spent(step) + 1 : before.attempt
}

export const counts: Properties = {
  'counts the attempts': (step) => !changed(step) || step.after.attempt === attempts(step),
  'attempts never exceed the limit, but for a reconnect() that has to wait': ({ before, after, event, rules }) =>
    after.attempt <= rules.maxAttempts ||
    (event.type === 'reconnect' && !event.eager) ||
    after.attempt === before.attempt,
}

/** Safety properties: what must never happen, checked for every step in every state. */

import type { MachineRules, State } from '../../../src/engine/machine.ts'
import type { Effect, Timer } from '../../../src/engine/machineEvents.ts'
import {
  type Properties,
  type Step,
  awaitsReply,
  failed,
  hasConnection,
  hasEffect,
  isChanged,
  isDecided,
  isDialling,
  isEnded,
  isOneOf,
  opens,
  phaseOf,
  spentAttempts,
} from './step.ts'

const DIAL: (rules: MachineRules) => readonly (Timer | undefined)[] = ({ onConnect }) =>
  onConnect ? ['connectTimeout', 'onConnect'] : ['connectTimeout']
const TIMERS: { [Name in State['name']]: typeof DIAL } = {
  closed: () => [undefined],
  connecting: DIAL,
  reconnecting: DIAL,
  waiting: () => ['retry', 'onlineJitter', 'decision', undefined],
  // `closeTimeout` for a socket that has ended without a `close` event.
  open: ({ heartbeat }) => (heartbeat ? ['interval', 'timeout', 'probe', 'closeTimeout'] : [undefined, 'closeTimeout']),
  closing: () => ['closeTimeout'],
}

/** Timers and sockets are those that the state names. */
export const resources: Properties = {
  'exactly the timer that the state names is running': ({ after, rules }) =>
    isOneOf(after.timer, ...TIMERS[after.name](rules)),
  'exactly the socket that the state names is attached': ({ after, next }) => {
    const phase = phaseOf(after)
    const [socket, ...others] = next.sockets.filter(({ detached }) => !detached)
    return socket?.phase === phase && (!socket || socket.number === next.state.socket) && others.length === 0
  },
  'a socket is detached when its state is left': (step) =>
    !phaseOf(step.before) ||
    (step.before.socket === step.after.socket && !!phaseOf(step.after)) ||
    hasEffect(step, 'detach'),
  'each dial takes the next socket number, and nothing else does': (step) =>
    step.after.socket - step.before.socket === (hasEffect(step, 'dial') ? 1 : 0),
  'no socket is kept while the page is away': ({ event, after }) => event.type !== 'hide' || !phaseOf(after),
  'the closing handshake starts when the user closes an open connection, and only then': (step) =>
    hasEffect(step, 'startClose') === (isChanged(step) && step.after.name === 'closing') &&
    (!hasEffect(step, 'startClose') || (step.before.name === 'open' && step.event.type === 'close')),
}

/** Only the user decides whether there is to be a connection. */
export const userIntent: Properties = {
  'open() and reconnect() lead to a connection from every state': ({ event, after }) =>
    !isOneOf(event.type, 'open', 'reconnect') || !isEnded(after),
  'open() overrides a pending decision': ({ event, after }) => event.type !== 'open' || after.timer !== 'decision',
  'close() ends every state, with a closing handshake if the connection is open': (step) =>
    step.event.type !== 'close' || (step.before.name === 'open' ? hasEffect(step, 'startClose') : isEnded(step.after)),
  'the end of the last use closes without a handshake': ({ event, after }) =>
    event.type !== 'release' || after.name === 'closed',
  'after an end nothing is dialled until the user calls open() or reconnect()': ({ before, after, event }) =>
    !isEnded(before) || isEnded(after) || isOneOf(event.type, 'open', 'reconnect'),
  'a dial without delay needs permission, an end before it, or a page that came back': (step) =>
    !hasEffect(step, 'dial') ||
    (step.event.type === 'timerFired' && isOneOf(step.before.timer, 'retry', 'onlineJitter')) ||
    (step.before.name === 'waiting' && !step.before.timer) ||
    isEnded(step.before) ||
    !!step.event.eager,
  'a requested and permitted dial starts at once': (step) =>
    !step.event.eager ||
    !(step.event.type === 'reconnect' || (step.event.type === 'open' && step.before.name === 'waiting')) ||
    hasEffect(step, 'dial'),
  'a page that comes back dials': (step) =>
    step.before.name !== 'waiting' ||
    !!step.before.timer ||
    !isOneOf(step.event.type, 'wake', 'open') ||
    hasEffect(step, 'dial'),
  'the state is connecting only before the first loss': ({ before, after, event }) =>
    after.name !== 'connecting' ||
    before.name === 'connecting' ||
    (isEnded(before) && isOneOf(event.type, 'open', 'reconnect')),
}

const NOTIFICATIONS: readonly Effect[] = ['open', 'close', 'retry', 'stop']
const count = ({ effects }: Step, notification: Effect): number =>
  effects.filter((effect) => effect === notification).length

/** Listeners are notified of what happened, once. */
export const notifications: Properties = {
  'an ignored event has no effects': (step) => isChanged(step) || step.effects.length === 0,
  'effects come before notifications': ({ effects }) =>
    effects.every((effect, i) => NOTIFICATIONS.includes(effect) || !NOTIFICATIONS.includes(effects[i - 1]!)),
  'the queue is flushed and open is emitted exactly when the connection opens': (step) =>
    count(step, 'flush') === +opens(step) && count(step, 'open') === +opens(step),
  'a connection opens when its socket has opened and onConnect has finished': (step) =>
    !opens(step) || step.event.type === (step.rules.onConnect ? 'connected' : 'opened'),
  'onConnect runs once for each socket that opens': (step) =>
    count(step, 'connect') === +(step.event.type === 'opened' && step.rules.onConnect),
  'close is emitted once for each connection, each failed dial and each close()': (step) => {
    const ended = hasConnection(step.before) && !hasConnection(step.after)
    const requested = step.event.type === 'close' && !hasConnection(step.before) && !isEnded(step.before)
    return count(step, 'close') === +(ended || requested || (isDialling(step.before) && failed(step)))
  },
  'stop is emitted when the decision is no or the attempts are spent': (step) => {
    const no = !step.event.decision || (failed(step) && spentAttempts(step) >= step.rules.maxAttempts)
    const stops = no && (failed(step) || isDecided(step))
    return count(step, 'stop') === +stops && (!stops || step.after.name === 'closed')
  },
  'the machine ends without a call only by stopping, or for lack of an address': (step) =>
    isEnded(step.before) ||
    !isEnded(step.after) ||
    isOneOf(step.event.type, 'close', 'release') ||
    hasEffect(step, 'stop'),
  'retry is emitted when the wait for an attempt begins': (step) =>
    count(step, 'retry') === +(isChanged(step) && isOneOf(step.after.timer, 'retry', 'onlineJitter')),
  'a ping is sent when the wait for a reply begins': (step) =>
    count(step, 'ping') === +(isChanged(step) && awaitsReply(step.after)),
  'a ping is sent only after silence, and only one at a time': (step) =>
    !hasEffect(step, 'ping') ||
    step.event.type === 'timerFired' ||
    (!!step.event.silent && step.before.timer === 'interval'),
}

/** The number of attempts that a step must lead to. */
const expectedAttempts = (step: Step): number => {
  const { before, after, event } = step
  if (isOneOf(event.type, 'hide', 'close') || after.name === 'closed' || isEnded(before)) return 0
  if (event.type === 'reconnect') return event.eager ? 0 : 1
  return failed(step) ? spentAttempts(step) + 1 : before.attempt
}

/** The number of waits since the backoff started, where no event of the page restarts it. */
const expectedWaits = (step: Step): number => {
  const { before, after, event } = step
  if (!expectedAttempts(step)) return 0
  if (event.type === 'reconnect') return 1
  return failed(step) ? (event.stable ? 0 : before.waits) + 1 : after.name === 'closed' ? 0 : before.waits
}
/** An event of the page, now or before, shortens what follows. */
const isHurried = ({ before, event }: Step): boolean => !!before.hint || isOneOf(event.type, 'wake', 'online')

export const attempts: Properties = {
  'attempts are counted': (step) => !isChanged(step) || step.after.attempt === expectedAttempts(step),
  'attempts never exceed the limit, except for a reconnect() that has to wait': ({ before, after, event, rules }) =>
    after.attempt <= rules.maxAttempts ||
    (event.type === 'reconnect' && !event.eager) ||
    after.attempt === before.attempt,
  'waits are counted': (step) => !isChanged(step) || isHurried(step) || step.after.waits === expectedWaits(step),
  'an event of the page never lengthens the backoff': (step) =>
    !isHurried(step) || step.after.waits <= expectedWaits(step),
  'the backoff has as many steps as waits': ({ after }) =>
    after.waits <= after.attempt && (after.timer !== 'retry' || after.waits > 0),
}

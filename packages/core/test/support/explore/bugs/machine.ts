/** Bugs of one line to seed into `machine.ts`, one at a time. The exploration must find a violation for each. */

import type { Bug } from '../mutate.ts'

export const machineBugs: readonly Bug[] = [
  [
    'events of superseded sockets are handled',
    'socket === state.socket && timer === state.timer',
    'timer === state.timer',
  ],
  [
    'timers of another state are handled',
    'socket === state.socket && timer === state.timer',
    'socket === state.socket',
  ],
  [
    'an ignored event makes a new state object, which restarts the timer',
    'const stay: Reaction = (state) => [state, []]',
    'const stay: Reaction = (state) => [{ ...state }, []]',
  ],
  ['a dial keeps the number of the previous one', 'socket: state.socket + 1', 'socket: state.socket'],
  ['a dial has no deadline', "name, effects, 'connectTimeout', counts)", 'name, effects, undefined, counts)'],
  ['a dial does not detach the previous socket', "leave(state, 'dial')", "['dial']"],
  [
    'close is not emitted for a connection that the client itself gives up',
    "? ['detach', ...actions, 'close']",
    "? ['detach', ...actions]",
  ],
  ['close is emitted before the next dial', "['detach', ...actions, 'close']", "['detach', 'close', ...actions]"],
  [
    'close is emitted for a dial that reconnect() gives up',
    "name === 'open' || name === 'closing' ? ['detach'",
    "name !== 'closed' ? ['detach'",
  ],
  [
    'a failed dial is not detached before the wait',
    "return tryAgain(state, event, next, ['detach', 'close'])",
    "return tryAgain(state, event, next, ['close'])",
  ],
  ['one attempt too many is made', 'attempt >= maxAttempts', 'attempt > maxAttempts'],
  ['attempts are never counted from 0 again', 'stable ? FIRST : state', 'state'],
  [
    'attempts are counted from 0 again whenever a connection opens',
    "['flush', 'open'], heartbeat ? 'interval' : undefined, state)",
    "['flush', 'open'], heartbeat ? 'interval' : undefined)",
  ],
  ['a failure does not count an attempt', 'const next = { attempt: attempt + 1,', 'const next = { attempt,'],
  ['a decision of no is ignored', 'if (!decision || attempt', 'if (attempt'],
  [
    'stop is not emitted after the last attempt',
    "return to(state, 'closed', ['detach', 'close', 'stop'])",
    "return to(state, 'closed', ['detach', 'close'])",
  ],
  ['a pending decision counts as yes', "if (decision === 'pending') return", 'if (!decision) return'],
  [
    'the wait for a decision has no deadline',
    "['detach', 'close'], 'decision', next,",
    "['detach', 'close'], undefined, next,",
  ],
  ['stop is not emitted after a late decision of no', "to(state, 'closed', ['stop'])", "to(state, 'closed', [])"],
  ['retry is not emitted when a wait begins', "[...before, 'retry']", 'before'],
  [
    'a page that comes back from the back/forward cache stays without a connection',
    'if (eager || !state.timer) return dial',
    'if (eager) return dial',
  ],
  [
    'open() on a page that was away waits for the page to return',
    'event.eager || !state.timer ? redial',
    'event.eager ? redial',
  ],
  ['open() dials without delay, however often', 'event.eager || !state.timer ? redial : stay', 'redial'],
  ['reconnect() dials without delay, however often', 'if (eager) return dial(', 'if (state.socket) return dial('],
  [
    'reconnect() does not count from 0 again',
    "dial(state, FIRST, state.name === 'connecting'",
    "dial(state, state, state.name === 'connecting'",
  ],
  [
    'reconnect() in a listener of retry never ends',
    "state.timer === 'retry' && state.waits < 2 && state.attempt < 2 ? [state, []] : wait",
    'wait',
  ],
  [
    'a reconnect is reported as a first connection',
    "state.name === 'connecting' ? state.name : 'reconnecting'",
    "'connecting'",
  ],
  [
    'close() does not detach the dialling socket',
    "close: (state) => to(state, 'closed', ['detach', 'close'])",
    "close: (state) => to(state, 'closed', ['close'])",
  ],
  [
    'a page that goes away keeps reconnecting',
    "hide: (state) => to(state, 'waiting', leave(state))",
    "hide: (state) => to(state, 'waiting', leave(state), 'retry')",
  ],
  ['the queue is not sent', "['flush', 'open']", "['open']"],
  ['open is emitted before the queue is sent', "['flush', 'open']", "['open', 'flush']"],
  ['a connection opens without its heartbeat', "heartbeat ? 'interval' : undefined, state", 'undefined, state'],
  [
    'an opened socket is ignored while dialling',
    '  opened: (state, event, rules) =>',
    '  activity: (state, event, rules) =>',
  ],
  ['the deadline of a dial is ignored', '  lost: fail,\n  timerFired: fail,', '  lost: fail,'],
  ['a failed dial is ignored', '  lost: fail,\n  timerFired: fail,', '  timerFired: fail,'],
  [
    'a page that becomes visible overrides a pending decision',
    "if (state.timer === 'decision') return keepHint(state, 'wake')",
    '',
  ],
  [
    'open() is ignored while a decision is pending',
    "if (state.timer === 'decision' && !event.eager) return",
    'if (false) return',
  ],
  [
    'a wait that ends does not dial',
    "(state.timer === 'decision' ? decide : redial)(state, event, rules)",
    'decide(state, event, rules)',
  ],
  [
    'coming online does not shorten the wait',
    "return state.timer === 'retry' ? wait(state, userWaits(state), [], 'onlineJitter') : [state, []]",
    'return [state, []]',
  ],
  [
    'each online event postpones the dial',
    "return state.timer === 'retry' ? wait(state, userWaits(state), [], 'onlineJitter')",
    "return state.timer ? wait(state, userWaits(state), [], 'onlineJitter')",
  ],
  ['going offline ends the connection without a probe', '    offline: probe,', '    offline: fail,'],
  [
    'every hint of the page sends a ping, even without silence',
    "silent && state.timer === 'interval'",
    "state.timer === 'interval'",
  ],
  [
    'a second probe postpones the deadline of the first',
    "silent && state.timer === 'interval'",
    'silent && state.timer',
  ],
  ['closing has no deadline', "['startClose'], 'closeTimeout')", "['startClose'])"],
  [
    'close() skips the closing handshake',
    "to(state, 'closing', ['startClose'], 'closeTimeout')",
    "to(state, 'closed', ['detach', 'close'])",
  ],
  [
    'a lost connection stays open',
    '    lost: fail,\n    timerFired: (state, event, rules) =>',
    '    timerFired: (state, event, rules) =>',
  ],
  ['a late timer ends a live connection', 'event.late ? ping(state, state.timer!) : fail', 'fail'],
  [
    'silence after a ping only leads to another ping, without end',
    "if (state.timer === 'interval') return ping(state, 'timeout')",
    "if (state.timer) return ping(state, 'timeout')",
  ],
  [
    'a reply that was received does not end its deadline',
    'activity: (state, event, rules) => (awaitsReply(state.timer) ? listenAgain : stay)(state, event, rules)',
    'activity: stay',
  ],
  [
    'the heartbeat resets the attempts',
    "to(state, 'open', [], 'interval', state)",
    "to(state, 'open', [], 'interval')",
  ],
  [
    'open() while closing is ignored',
    'closing: { open: connect, reconnect: connect,',
    'closing: { reconnect: connect,',
  ],
  ['closing does not end when the server never answers', 'lost: release, timerFired: release }', 'lost: release }'],
  [
    'reconnect() is ignored after the end',
    'closed: { open: connect, reconnect: connect }',
    'closed: { open: connect }',
  ],
  [
    'coming online opens a connection that the user closed',
    'closed: { open: connect, reconnect: connect }',
    'closed: { open: connect, reconnect: connect, online: connect }',
  ],
]

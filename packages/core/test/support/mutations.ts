/** Bugs of one line, as they happen, to be seeded into `machine.ts` one by one: each must turn the exploration red. */

export interface Mutation {
  /** What is wrong afterwards. */
  bug: string
  /** Occurs exactly once in the source. */
  find: string
  replace: string
}

const bugs: readonly (readonly [bug: string, find: string, replace: string])[] = [
  ['superseded sockets are listened to', 'socket === state.socket && timer === state.timer', 'timer === state.timer'],
  [
    'timers of another state are listened to',
    'socket === state.socket && timer === state.timer',
    'socket === state.socket',
  ],
  [
    'what is ignored makes a new state object, so timers begin again',
    'const stay: Reaction = (state) => [state, []]',
    'const stay: Reaction = (state) => [{ ...state }, []]',
  ],
  ['a dial keeps the number of the one before', 'socket: state.socket + 1', 'socket: state.socket'],
  [
    'a dial has no deadline',
    "leave(state, 'dial'), 'connectTimeout', attempt)",
    "leave(state, 'dial'), undefined, attempt)",
  ],
  ['a dial does not let go of the socket before it', "leave(state, 'dial')", "['dial']"],
  [
    'the end of a link that the client itself gives up is not told',
    "? ['detach', ...actions, 'close']",
    "? ['detach', ...actions]",
  ],
  [
    'the end of a link is told before the next is dialled',
    "['detach', ...actions, 'close']",
    "['detach', 'close', ...actions]",
  ],
  [
    'a dial given up by reconnect() is told as a close',
    "name === 'open' || name === 'closing' ? ['detach'",
    "name !== 'closed' ? ['detach'",
  ],
  [
    'a failed dial is not let go of before the wait',
    "return wait(state, spent + 1, ['detach', 'close'])",
    "return wait(state, spent + 1, ['close'])",
  ],
  ['one attempt too many', 'spent >= maxAttempts', 'spent > maxAttempts'],
  ['attempts are never counted from 0 again', 'stable ? 0 : state.attempt', 'state.attempt'],
  [
    'attempts are forgotten whenever a link opens',
    "['flush', 'open'], heartbeat ? 'interval' : undefined, state.attempt)",
    "['flush', 'open'], heartbeat ? 'interval' : undefined)",
  ],
  [
    'a failure counts no attempt',
    "return wait(state, spent + 1, ['detach', 'close'])",
    "return wait(state, spent, ['detach', 'close'])",
  ],
  ['a no is not taken for an answer', 'if (!decision || spent', 'if (spent'],
  [
    'giving up is not announced',
    "return to(state, 'closed', ['detach', 'close', 'stop'])",
    "return to(state, 'closed', ['detach', 'close'])",
  ],
  ['a promised decision is taken for a yes', "if (decision === 'pending') return", 'if (!decision) return'],
  [
    'the wait for a decision has no end',
    "['detach', 'close'], 'decision', spent + 1)",
    "['detach', 'close'], undefined, spent + 1)",
  ],
  ['a decision of no goes unannounced', "to(state, 'closed', ['stop'])", "to(state, 'closed', [])"],
  ['a wait is not announced', "[...before, 'retry']", 'before'],
  [
    'a page that comes back from the cache stays without a connection',
    'event.eager || !state.timer ? redial',
    'event.eager ? redial',
  ],
  ['open() and wake dial without delay as often as they like', 'event.eager || !state.timer ? redial : stay', 'redial'],
  ['reconnect() dials without delay as often as it likes', 'if (eager) return dial(', 'if (state.socket) return dial('],
  [
    'reconnect() does not count from 0 again',
    "dial(state, 0, state.name === 'connecting'",
    "dial(state, state.attempt, state.name === 'connecting'",
  ],
  [
    'reconnect() in a listener of retry never ends',
    "state.timer === 'retry' && state.attempt < 2 ? [state, []] : wait(state, 1, leave(state))",
    'wait(state, 1, leave(state))',
  ],
  [
    'a healed connection is called a first one',
    "state.name === 'connecting' ? state.name : 'reconnecting'",
    "'connecting'",
  ],
  [
    'close() lets the socket dial on',
    "close: (state) => to(state, 'closed', ['detach', 'close'])",
    "close: (state) => to(state, 'closed', ['close'])",
  ],
  [
    'a page that goes away keeps trying',
    "hide: (state) => to(state, 'waiting', leave(state))",
    "hide: (state) => to(state, 'waiting', leave(state), 'retry')",
  ],
  ['the queue is not sent', "['flush', 'open']", "['open']"],
  ['open is said before the queue is sent', "['flush', 'open']", "['open', 'flush']"],
  [
    'a link opens without its heartbeat',
    "heartbeat ? 'interval' : undefined, state.attempt",
    'undefined, state.attempt',
  ],
  ['the way that a dial opens is forgotten', '  opened: (state', '  activity: (state'],
  ['the deadline of a dial falls timerFired in vain', '  lost: fail,\n  timerFired: fail,', '  lost: fail,'],
  ['a dial that fails is not noticed', '  lost: fail,\n  timerFired: fail,', '  timerFired: fail,'],
  [
    'a page that is looked at overrules the decision',
    "wake: (state, event, rules) => (state.timer === 'decision' ? stay : dialNow)(state, event, rules)",
    'wake: dialNow',
  ],
  [
    'open() is lost while a decision is awaited that will be no',
    "state.timer === 'decision' && !event.eager ? decide : dialNow",
    'dialNow',
  ],
  [
    'a wait that ends does not dial',
    "(state.timer === 'decision' ? decide : redial)(state, event, rules)",
    'decide(state, event, rules)',
  ],
  [
    'coming online shortens nothing',
    "wait(state, state.attempt, [], 'onlineJitter')",
    'wait(state, state.attempt, [])',
  ],
  [
    'online puts off the dial again and again',
    "online: (state) => (state.timer === 'retry' ?",
    'online: (state) => (state.timer ?',
  ],
  ['going offline kills the link instead of asking it', '    offline: probe,', '    offline: fail,'],
  ['every hint of the page is a ping', "silent && state.timer === 'interval'", "state.timer === 'interval'"],
  [
    'a second probe puts off the deadline of the first',
    "silent && state.timer === 'interval'",
    'silent && state.timer',
  ],
  ['closing has no deadline', "['startClose'], 'closeTimeout')", "['startClose'])"],
  [
    'close() hangs up without a handshake',
    "to(state, 'closing', ['startClose'], 'closeTimeout')",
    "to(state, 'closed', ['detach', 'close'])",
  ],
  [
    'a link that is lost stays open',
    '    lost: fail,\n    timerFired: (state, event, rules) =>',
    '    timerFired: (state, event, rules) =>',
  ],
  ['a late timer kills a live link', 'event.late ? ping(state, state.timer!) : fail', 'fail'],
  [
    'silence after a ping is only asked about again, for ever',
    "if (state.timer === 'interval') return ping(state, 'timeout')",
    "if (state.timer) return ping(state, 'timeout')",
  ],
  [
    'an answer that was heard still times out',
    "(state.timer === 'interval' ? [state, []] : to(state, 'open', [], 'interval', state.attempt))",
    '[state, []]',
  ],
  [
    'the heartbeat forgets the attempts',
    "to(state, 'open', [], 'interval', state.attempt)",
    "to(state, 'open', [], 'interval')",
  ],
  ['open() while closing is lost', 'closing: { open: connect, reconnect: connect,', 'closing: { reconnect: connect,'],
  ['closing does not end when the peer never answers', 'lost: release, timerFired: release }', 'lost: release }'],
  [
    'reconnect() does nothing after the end',
    'closed: { open: connect, reconnect: connect }',
    'closed: { open: connect }',
  ],
  [
    'the network coming back opens what the user closed',
    'closed: { open: connect, reconnect: connect }',
    'closed: { open: connect, reconnect: connect, online: connect }',
  ],
]

export const mutations: readonly Mutation[] = bugs.map(([bug, find, replace]) => ({ bug, find, replace }))

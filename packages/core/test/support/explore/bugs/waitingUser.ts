/** Bugs of one line in `machine.ts` that concern events of the page, sockets that ended without an event, and `onConnect`. */

import type { Bug } from '../mutate.ts'

export const waitingUserBugs: readonly Bug[] = [
  ['a wake during a dial is lost', "? replace(state) : keepHint(state, 'wake')", '? replace(state) : [state, []]'],
  [
    'an online event during a dial is lost',
    "if (!hangs(state, event)) return keepHint(state, 'online')",
    'if (!hangs(state, event)) return [state, []]',
  ],
  [
    'a wake during a decision is lost',
    "if (state.timer === 'decision') return keepHint(state, 'wake')",
    "if (state.timer === 'decision') return [state, []]",
  ],
  [
    'an online event during a decision is lost',
    "if (state.timer === 'decision') return keepHint(state, 'online')",
    "if (state.timer === 'decision') return [state, []]",
  ],
  [
    'a wake while the end of a socket is awaited is lost',
    "if (state.timer === 'closeTimeout' && type !== 'offline') return",
    'if (false) return',
  ],
  [
    'going offline is remembered as a return',
    "state.timer === 'closeTimeout' && type !== 'offline'",
    "state.timer === 'closeTimeout'",
  ],
  [
    'an online event replaces a remembered wake',
    "state.hint === 'wake' || state.hint === hint ? [state, []]",
    'state.hint === hint ? [state, []]',
  ],
  [
    'a wake does not replace a remembered online event',
    "state.hint === 'wake' || state.hint === hint ? [state, []]",
    'state.hint ? [state, []]',
  ],
  ['a remembered event restarts the timer', ': [{ ...state, hint }, []]', ": [{ ...state, hint }, ['retry']]"],
  [
    'a remembered event shortens the deadline of the dial',
    ': [{ ...state, hint }, []]',
    ": [{ ...state, hint, timer: 'decision' }, []]",
  ],
  [
    'a remembered event makes the dial count as an attempt',
    ': [{ ...state, hint }, []]',
    ': [{ ...state, hint, attempt: state.attempt + 1 }, []]',
  ],
  [
    'a repeated event makes a new state each time',
    "state.hint === 'wake' || state.hint === hint ? [state, []] : [{",
    '[{',
  ],
  [
    'a remembered event is forgotten when the dial fails',
    'if (!state.hint) return wait(state, counts, ended)',
    'return wait(state, counts, ended)',
  ],
  [
    'a remembered event is forgotten when the decision is pending',
    "'decision', next, state.hint)",
    "'decision', next)",
  ],
  ['a remembered event is forgotten when onConnect starts', "'onConnect', state, state.hint)", "'onConnect', state)"],
  [
    'a remembered event survives a connection',
    "['flush', 'open'], heartbeat ? 'interval' : undefined, state)",
    "['flush', 'open'], heartbeat ? 'interval' : undefined, state, state.hint)",
  ],
  [
    'a remembered event survives the next dial',
    "to({ ...state, socket: state.socket + 1 }, name, effects, 'connectTimeout', counts)",
    "to({ ...state, socket: state.socket + 1 }, name, effects, 'connectTimeout', counts, state.hint)",
  ],
  [
    'after a remembered wake the next dial needs no permission',
    'if (!eager) return wait(state, { attempt, waits: 1 }, ended)',
    '',
  ],
  [
    'after a remembered wake the next dial always waits',
    'if (!eager) return wait(state, { attempt, waits: 1 }, ended)',
    'return wait(state, { attempt, waits: 1 }, ended)',
  ],
  [
    'after a remembered wake the backoff goes on',
    'if (!eager) return wait(state, { attempt, waits: 1 }, ended)',
    'if (!eager) return wait(state, counts, ended)',
  ],
  [
    'after a remembered online event all clients dial at once',
    "if (state.hint === 'online') return wait",
    'if (false) return wait',
  ],
  [
    'after a remembered online event the backoff goes on',
    "return wait(state, { attempt, waits: 0 }, ended, 'onlineJitter')",
    "return wait(state, counts, ended, 'onlineJitter')",
  ],
  [
    'a failed dial that is followed at once is not detached',
    "['detach', 'dial', ...ended.slice(1)]",
    "['dial', ...ended.slice(1)]",
  ],
  [
    'the failure of a dial that is followed at once is not announced',
    "['detach', 'dial', ...ended.slice(1)]",
    "['detach', 'dial']",
  ],
  [
    'a wake makes one attempt too many',
    'attempt >= maxAttempts) return',
    'attempt >= maxAttempts && !state.hint) return',
  ],
  ['open() during a decision forgets the remembered event', 'state.hint ? userWaits(state) : state', 'state'],
  [
    'the waits are not counted from 0 when the user returns',
    '({ attempt, waits: 0 })\n\n/** A slow dial',
    '({ attempt, waits: 2 })\n\n/** A slow dial',
  ],
  [
    'the user who returns has fewer attempts',
    '({ attempt, waits: 0 })\n\n/** A slow dial',
    '({ attempt: 0, waits: 0 })\n\n/** A slow dial',
  ],
  ['a failure does not lengthen the backoff', 'waits: waits + 1 }', 'waits }'],
  [
    'each wake restarts the first wait',
    "state.timer === 'retry' && state.waits > 1 ? wait",
    "state.timer === 'retry' ? wait",
  ],
  [
    'a wake that may not dial leaves a long wait as it is',
    "return state.timer === 'retry' && state.waits > 1 ? wait(state, { ...state, waits: 1 }, []) : [state, []]",
    'return [state, []]',
  ],
  [
    'a wake that may not dial keeps the step of the backoff',
    'wait(state, { ...state, waits: 1 }, [])',
    'wait(state, state, [])',
  ],
  ['a wake dials without delay, however often', 'if (eager || !state.timer) return dial', 'if (true) return dial'],
  [
    'a dial that hangs is never replaced',
    'hangs(state, event) && event.eager ? replace(state)',
    'false ? replace(state)',
  ],
  [
    'a dial that hangs is replaced without permission',
    'hangs(state, event) && event.eager ? replace(state)',
    'hangs(state, event) ? replace(state)',
  ],
  [
    'every wake replaces the dial',
    'hangs(state, event) && event.eager ? replace(state)',
    'event.eager ? replace(state)',
  ],
  ['a wake replaces a connection whose onConnect runs', "slow && timer === 'connectTimeout'", 'slow'],
  [
    'coming online replaces a first dial without permission',
    "event.eager ? replace(state) : keepHint(state, 'online') //",
    'replace(state) //',
  ],
  ['coming online announces a retry with number 0', 'if (state.attempt) return wait', 'if (true) return wait'],
  [
    'coming online does not replace a dial that hangs',
    "if (!hangs(state, event)) return keepHint(state, 'online')",
    "if (state) return keepHint(state, 'online')",
  ],
  ['a first dial that is replaced is reported as a reconnect', 'state.name as Status)', "'reconnecting')"],

  ['a socket that ended without an event is ignored', 'ended: (state) =>', 'decision: (state) =>'],
  [
    'each send restarts the deadline of a socket that has ended',
    "(state.timer === 'closeTimeout' ? [state, []] : to(state, 'open', [], 'closeTimeout', state))",
    "to(state, 'open', [], 'closeTimeout', state)",
  ],
  [
    'a socket that has ended has no deadline',
    "to(state, 'open', [], 'closeTimeout', state)",
    "to(state, 'open', [], undefined, state)",
  ],
  [
    'a socket that has ended is closed again',
    "to(state, 'open', [], 'closeTimeout', state)",
    "to(state, 'closing', ['startClose'], 'closeTimeout', state)",
  ],
  [
    'a late frame cancels the deadline of a socket that has ended',
    '(awaitsReply(state.timer) ? listenAgain : stay)(state, event, rules)',
    '(state.timer ? listenAgain : stay)(state, event, rules)',
  ],
  [
    'the attempts are forgotten when a socket has ended',
    "to(state, 'open', [], 'closeTimeout', state)",
    "to(state, 'open', [], 'closeTimeout')",
  ],

  [
    'a missing reply of a server that never replies ends the connection',
    'if (event.tolerated) return listenAgain(state, event, rules)',
    '',
  ],
  [
    'the heartbeat stops after a tolerated missing reply',
    'if (event.tolerated) return listenAgain(state, event, rules)',
    'if (event.tolerated) return enterOpen(state, event, { ...rules, heartbeat: false })',
  ],
  [
    'a tolerated missing reply is followed by a ping at once',
    'if (event.tolerated) return listenAgain(state, event, rules)',
    "if (event.tolerated) return ping(state, 'timeout')",
  ],

  ['onConnect has no deadline', "['connect'], 'onConnect', state", "['connect'], undefined, state"],
  [
    'onConnect shares the deadline of the dial',
    "['connect'], 'onConnect', state",
    "['connect'], 'connectTimeout', state",
  ],
  ['onConnect is not called', "['connect'], 'onConnect'", "[], 'onConnect'"],
  ['the queue is sent before onConnect has finished', "['connect'], 'onConnect'", "['connect', 'flush'], 'onConnect'"],
  ['open is emitted before onConnect has finished', "['connect'], 'onConnect'", "['connect', 'open'], 'onConnect'"],
  [
    'the connection opens without waiting for onConnect',
    'return rules.onConnect ? to(state, state.name',
    "return rules.onConnect ? to(state, 'open'",
  ],
  ['the connection never opens after onConnect', "(state.timer === 'onConnect' ? enterOpen : stay)", 'stay'],
  [
    'a reconnect is reported as a first connection while onConnect runs',
    "to(state, state.name, ['connect']",
    "to(state, 'connecting', ['connect']",
  ],
  [
    'the attempts are forgotten when onConnect starts',
    "'onConnect', state, state.hint)",
    "'onConnect', FIRST, state.hint)",
  ],
]

/** Mutants of the hub, its connections and sessions. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const sessions = [
  'server/test/session',
  'server/test/deliveries',
  'server/test/nodes',
  'server/test/ownership',
  'server/test/wallClock',
  'server/test/release',
  'server/test/connectionEnd',
  'server/test/bounds',
]
const links = [
  'server/test/connectionEnd',
  'server/test/bounds',
  'server/test/session',
  'server/test/nodes',
  'server/test/release',
]
const hubs = [
  'server/test/connectionEnd',
  'server/test/hub',
  'server/test/mounting',
  'server/test/bounds',
  'server/test/release',
]

export const connectionMutants: readonly MutatedFile[] = [
  {
    file: 'server/src/connection/upgrades.ts',
    tests: hubs,
    mutants: [
      ['an upgrade that has ended stays in memory', 'pending.delete(socket)', ''],
      ['pending upgrades survive close()', 'for (const socket of pending) socket.destroy()', ''],
      ['a connection that has closed keeps its place', "webSocket.on('close', release)", ''],
      ['an upgrade that was refused keeps its place', 'if (!accepted) release()', ''],
      ['an error of a socket before its upgrade ends the process', "socket.on('error', () => socket.destroy())", ''],
    ],
  },
  {
    file: 'server/src/connection/places.ts',
    tests: hubs,
    mutants: [
      ['one connection too many is accepted', 'taken >= connections', 'taken > connections'],
      ['one connection of an address too many is accepted', 'count >= perAddress', 'count > perAddress'],
      ['a place is released twice', 'released = true', ''],
      ['the place of a closed connection of an address stays taken', 'counts.set(network, rest)', 'void 0'],
      ['an address without connections stays in memory', 'else counts.delete(network)', 'else counts.set(network, 0)'],
    ],
  },
  {
    file: 'server/src/context/callbacks.ts',
    tests: ['server/test/userAnswers', 'server/test/authOutage', 'server/test/hub'],
    mutants: [['the deadline of an answer stays after it', '.finally(cancel)', '']],
  },
  {
    file: 'server/src/connection/mount.ts',
    tests: hubs,
    mutants: [["the application's server is listened to after close()", "server.off('upgrade', onUpgrade)", '']],
  },
  {
    file: 'server/src/hub.ts',
    tests: hubs,
    mutants: [['connections of the own server outlive close()', 'ownServer.closeAllConnections()', '']],
  },
  {
    file: 'server/src/node.ts',
    tests: ['server/test/nodes', 'server/test/hub', 'server/test/drain', 'server/test/release'],
    mutants: [
      ['a client that has gone stays in memory', 'peers.delete(linkNumber)', ''],
      ['connections that have closed are counted', 'stats.connections--', ''],
      ['timers stay after close()', 'timers.clear()', ''],
      ['a store that is shared is closed', 'if (context.ownsStore) await', 'await'],
      [
        'a client that arrives during close() stays',
        "peer.link.close(CLOSE_CODES.serviceRestart, 'going away', [0, 1000])",
        '',
      ],
      ['a socket that does not close outlives close()', 'for (const { link } of peers.values()) link.terminate()', ''],
      ['publish() succeeds after close()', 'closed = true', ''],
      ['a detach for another node is executed', 'if (node !== context.name) return', ''],
    ],
  },
  {
    file: 'server/src/clock.ts',
    tests: ['server/test/nodes', 'server/test/drain', 'server/test/wallClock', 'server/test/release'],
    mutants: [
      ['a timer that has fired is kept', 'active.delete(cancel)\n      callback()', 'callback()'],
      [
        'a timer that was cancelled is kept',
        'clock.clearTimeout(handle)\n      active.delete(cancel)',
        'clock.clearTimeout(handle)',
      ],
      ['a cancelled timer fires', 'clock.clearTimeout(handle)\n      active.delete(cancel)', 'active.delete(cancel)'],
      ['a timer is set after the end', 'cleared = true\n', ''],
      ['a wait after the end never ends', 'onCleared?.()\n      return', 'return'],
      ['a wait at the end never ends', 'cancel()\n        onCleared?.()', 'cancel()'],
      ['a long delay fires at once', 'Math.min(delay, LONGEST_DELAY)', 'delay'],
    ],
  },
  {
    file: 'server/src/connection/link.ts',
    tests: links,
    mutants: [
      ['the timer of a closing handshake stays', 'cancelCloseTimeout?.()', ''],
      [
        'a client that does not answer a close stays',
        'cancelCloseTimeout = timers.after(CLOSE_TIMEOUT, () => socket.terminate())',
        '',
      ],
      ['a second close event is handled', 'if (closed) return\n    closed = true', 'closed = true'],
      ['an error of a socket ends the process', "socket.on('error', (error) => {", "socket.on('other', (error) => {"],
      ['a message that ws refuses is not counted', 'if (code === undefined || !link.open) return', 'return'],
      ['close() is executed twice', 'if (!link.open) return\n      // A slow', '// A slow'],
    ],
  },
  {
    file: 'server/src/connection/outbox.ts',
    tests: links,
    mutants: [
      ['a full buffer at its limit is too slow', 'waiting > this._limit', 'waiting >= this._limit'],
      ['a slow client is never closed', 'waiting > this._limit', 'false'],
      [
        'the limit stays lifted after a replay',
        'this._limit = this._socket.bufferedAmount + this._context.limits.sendBuffer',
        '',
      ],
    ],
  },
  {
    file: 'server/src/session/lease.ts',
    tests: sessions,
    mutants: [
      ['the expiry of an earlier token stays', 'cancelExpiry?.()\n    if (expiresAt', 'if (expiresAt'],
      ['the timer of the expiry stays', 'stop: () => {\n      cancelExpiry?.()', 'stop: () => {'],
      ['a session is touched after its end', 'cancelExpiry?.()\n      cancelTouch?.()', 'cancelExpiry?.()'],
      [
        'a token ends early when the clock was set back',
        'if (clock.now() < expiresAt) scheduleExpiry(expiresAt)\n      else link',
        'link',
      ],
    ],
  },
  {
    file: 'server/src/session/deliveries.ts',
    tests: sessions,
    mutants: [
      ['a delivery that was left out is accepted', 'seq > last + 1', 'false'],
      ['a repeated delivery is applied again', 'seq <= last', 'false'],
      ['deliveries go on after a failed one', 'accepting = false\n    accepting = await', 'accepting = await'],
      ['a key that another link has reserved is polled after the close', ' || !link.open) return', ') return'],
    ],
  },
  {
    file: 'server/src/session/retryUntilExpired.ts',
    tests: sessions,
    mutants: [['a failed write is not reported', 'report(error)', '']],
  },
  {
    file: 'server/src/session/session.ts',
    tests: [...sessions, 'server/test/resume'],
    mutants: [
      ['sessions that have ended are counted', 'stats.sessions--', ''],
      [
        'the timer for `hello` stays',
        'const stop = (code: number): void => {\n    cancelHelloTimeout()',
        'const stop = (code: number): void => {',
      ],
      ['a client that closes with 1001 keeps its place in presence', 'code !== 1000 && code !== 1001', 'code !== 1000'],
      ['the lease goes on after the close', 'lease.stop()', ''],
      [
        'messages of a session that was taken over are handled',
        'if (!detached) await emitMessage',
        'await emitMessage',
      ],
    ],
  },
  {
    file: 'server/src/peers/plainPeer.ts',
    tests: [...hubs, 'server/test/nodes'],
    mutants: [
      ['the timer of the expiry stays', 'cancelExpiry?.()', ''],
      ['a plain client stays in its streams', 'handle.end(details.code !== 1000 && details.code !== 1001)', ''],
      [
        'a plain client that closes with 1001 keeps its place in presence',
        'details.code !== 1000 && details.code !== 1001',
        'details.code !== 1000',
      ],
      ['the close of a plain client is not emitted', "events.emit('close', handle.connection, details)", ''],
    ],
  },
  {
    file: 'server/src/context/emitter.ts',
    tests: ['server/test/connectionEnd', 'server/test/hub'],
    mutants: [
      ['a listener stays', 'filter((other) => other !== entry)', 'filter(() => true)'],
      ['a listener that is added twice is removed twice', 'other !== entry', 'other.listener !== entry.listener'],
    ],
  },
  {
    file: 'server/src/context/writeBatcher.ts',
    tests: ['server/test/writeBatcher'],
    mutants: [
      ['sockets are uncorked in every later tick', 'held = []\n', ''],
      ['a socket is corked twice', 'if (socket.writableCorked > 0) return', ''],
      ['each socket has a tick of its own', 'held.push(socket) === 1', 'held.push(socket) >= 1'],
    ],
  },
  {
    file: 'server/src/drain.ts',
    tests: ['server/test/drain', 'server/test/nodes'],
    mutants: [
      ['a drain does not wait for tasks', 'timers.within(timeLeft, unfinished.finished)', 'true'],
      ['a late drain is a rush', 'Math.max(interval * SHORTEST_SHARE, ', 'Math.max(0, '],
    ],
  },
]

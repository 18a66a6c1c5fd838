/** Mutants of connections and upgrades. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const hubs = [
  'server/test/connectionEnd',
  'server/test/hub',
  'server/test/mounting',
  'server/test/bounds',
  'server/test/release',
  'server/test/refusals',
]
const links = [
  'server/test/connectionEnd',
  'server/test/bounds',
  'server/test/session',
  'server/test/nodes',
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
      [
        'an upgrade whose client has gone is refused and counted',
        'if (socket.destroyed) return false\n    if (refusal)',
        'if (refusal)',
      ],
      [
        'a client that has gone during `authenticate` is accepted',
        'if (socket.destroyed) return false\n    if (!isAccepting())',
        'if (!isAccepting())',
      ],
      [
        'a hub that drains asks the application for each client',
        "if (!isAccepting()) return refuse('draining', 503, request, socket)",
        '',
      ],
      [
        'a client is accepted although the drain has begun',
        "if (!isAccepting()) refuse('draining', 503, request, socket)\n    else if",
        'if',
      ],
      [
        'a failure of `authenticate` refuses a plain client for good',
        'else if (denied?.code === CLOSE_CODES.internalError) refuseUpgrade(socket, 503)',
        '',
      ],
      ['an error of an upgrade is not reported', 'report(error)\n      refuseUpgrade', 'refuseUpgrade'],
      [
        'an upgrade that has failed is not answered',
        'report(error)\n      refuseUpgrade(socket, 503)',
        'report(error)',
      ],
      ['two hubs answer one upgrade', 'if (!claimSocket(socket)) return report', 'if (false) return report'],
      [
        'an invalid handshake is not counted',
        "webSockets.on('wsClientError', (_error, socket, request) => refuse('protocol', 400, request, socket))",
        '',
      ],
      ['a message above the limit is held before it is refused', 'maxPayload: limits.frame,', ''],
      ['the fragments of a message have no limit', 'maxFragments: MOST_FRAGMENTS,', 'maxFragments: 0,'],
      [
        'the packets of a message have no limit',
        'maxBufferedChunks: MOST_FRAGMENTS + Math.ceil(limits.frame / SMALLEST_PACKET),',
        'maxBufferedChunks: 0,',
      ],
      [
        'an honest upload in small packets is cut',
        'MOST_FRAGMENTS + Math.ceil(limits.frame / SMALLEST_PACKET)',
        'MOST_FRAGMENTS',
      ],
      ['a full hub accepts clients', "if (places.isFull()) return refuse('full', 503, request, socket)", ''],
      ['a status of `beforeUpgrade` counts as `auth`', "REASONS.get(status) ?? 'auth'", "'auth'"],
      [
        'the first subprotocol is selected, although the client offers that of sessions',
        'protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : [...protocols][0]!',
        '[...protocols][0]!',
      ],
    ],
  },
  {
    file: 'server/src/connection/upgrade.ts',
    tests: hubs,
    mutants: [
      [
        'a page that uses version 8 of the protocol needs no origin',
        "request.headers['sec-websocket-origin']?.toString()",
        'undefined',
      ],
      [
        'a client without an origin is refused',
        'allowed === undefined || origin === undefined',
        'allowed === undefined',
      ],
      ['a redirection refuses a client', '(answer as number) >= 400', '(answer as number) >= 300'],
      ['a status of 600 refuses a client', '(answer as number) < 600', '(answer as number) <= 600'],
      ['an answer of the wrong type to `beforeUpgrade` is not reported', 'if (answer !== false)', 'if (false)'],
      ['any answer but false accepts an upgrade', 'answer === true', 'answer !== false'],
      ['a failure of `beforeUpgrade` refuses in silence', 'if (!isHubError(error)) throw error', ''],
      ['a refused client that does not close keeps its socket', "socket.once('finish', () => socket.destroy())", ''],
      [
        'a client that is refused by its rate tries again at once',
        'status === 503 || status === 429',
        'status === 503',
      ],
      ['an origin with a path is accepted as an option', ' && new URL(origin).origin === origin', ''],
      ['a client of another version does not learn the version', 'status === 400 ?', 'status === 0 ?'],
      ['a query changes the path', "const [path] = url.split('?')", 'const path = url as string | undefined'],
    ],
  },
  {
    file: 'server/src/connection/claim.ts',
    tests: hubs,
    mutants: [
      ['a socket is claimed twice', 'socket[CLAIMED] = true', ''],
      [
        'hubs of two copies of the package do not detect each other',
        "Symbol.for('@holdfast/server: claimed')",
        "Symbol('@holdfast/server: claimed')",
      ],
    ],
  },
  {
    file: 'server/src/connection/mount.ts',
    tests: hubs,
    mutants: [
      ["the application's server is listened to after close()", "server.off('upgrade', onUpgrade)", ''],
      ['the timer of an upgrade of another path stays', 'cancelTimeout()\n', ''],
      ['the listeners of an upgrade of another path stay', "socket.off('close', end)", ''],
      [
        'an upgrade that another listener has answered is refused as well',
        'socket.bytesWritten !== writtenBefore',
        'false',
      ],
      [
        'an upgrade on a connection with an earlier answer is never ended',
        'socket.bytesWritten !== writtenBefore',
        '(socket.bytesWritten ?? 0) > 0',
      ],
      ['an upgrade whose client has gone is refused and counted', 'socket.destroyed || ', ''],
      ['an upgrade that another listener has ended is refused as well', 'socket.writableEnded || ', ''],
      [
        'an upgrade that another hub decides on is refused',
        'if (!isAnswered && claimSocket(socket))',
        'if (!isAnswered)',
      ],
      [
        'an error of a socket that waits for other listeners ends the process',
        "socket.on('error', () => socket.destroy())",
        '',
      ],
      ['an upgrade waits for other listeners that do not exist', "server.listenerCount('upgrade') === 1", 'false'],
      [
        'an upgrade of another path is refused although there are other listeners',
        "server.listenerCount('upgrade') === 1",
        'true',
      ],
      ['upgrades of other paths survive close()', 'for (const end of [...unclaimed]) end()', ''],
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
      ['a place is never free again', 'taken--', ''],
      ['all addresses share one bound', 'networkOf(address)', "''"],
      ['connections of one address are not counted', 'if (isCounted) counts.set(network, count + 1)', ''],
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
      [
        'the limit stays lifted for what is sent after a replay',
        'if (waiting <= limits.sendBuffer && this._limit < Infinity) this._limit = limits.sendBuffer',
        '',
      ],
      ['a replay is cut', 'waiting <= limits.sendBuffer && this._limit < Infinity', 'waiting <= limits.sendBuffer'],
      ['a message is written after the close frame', 'else if (this._socket.readyState === OPEN) {', 'else {'],
      ['sent characters count as bytes', 'Buffer.byteLength(message)', 'message.length'],
      ['each message is a system call', 'writeBatcher.hold(this._stream)', ''],
    ],
  },
  {
    file: 'server/src/connection/inbox.ts',
    tests: [...links, 'server/test/metrics', 'server/test/drain', 'server/test/ownership'],
    mutants: [
      ['a client whose socket cannot pause has no limit', 'this._held + size > 2 * (backlogBytes + frame)', 'false'],
      ['one message too many waits', 'this._waiting.length >= backlog', 'this._waiting.length > backlog'],
      ['the size of what waits has no limit', ' || this._held >= backlogBytes', ''],
      [
        'what is removed at a takeover still counts',
        'for (const message of this._waiting) this._held -= sizeOf(message)',
        '',
      ],
      [
        'what was handled still counts',
        'await this._options.handle(message)\n      this._held -= sizeOf(message)',
        'await this._options.handle(message)',
      ],
      ['a delay goes on after the end of the connection', 'this._endDelay?.()', ''],
      ['the rate limit applies after the end of the connection', 'this._isReleased = true', ''],
      ['the socket is read while large messages wait', ' && this._held <= backlogBytes / 2', ''],
      ['the socket is read while many messages wait', 'this._waiting.length <= backlog / 2 && ', ''],
      ['the number of messages has no rate limit', 'this._frames.spend(1)', ''],
      ['bytes have no rate limit', 'this._bytes.spend(Buffer.byteLength(message))', ''],
      ['only the first messages are handled', 'this._running = undefined', ''],
      ['a message that waits for the rate limit is handled after a takeover', 'if (this._ignores) break', ''],
      ['messages that arrive after a takeover are handled', 'if (this._ignores) return', ''],
      ['the timer of a delay stays', 'cancel()\n        resolve()', 'resolve()'],
      [
        'the socket is paused after the end of the connection',
        'this._cancelPause || this._isReleased',
        'this._cancelPause',
      ],
      [
        'a pause is longer than the timeout of the heartbeat',
        'Math.min(LONGEST_PAUSE, heartbeat.timeout / 2)',
        'LONGEST_PAUSE',
      ],
      ['a client that waits for a `pong` gets none', 'this._options.onStalled()', ''],
      [
        'the timer of a pause stays',
        'this._cancelPause()\n    this._cancelPause = undefined',
        'this._cancelPause = undefined',
      ],
      ['text that is not ASCII counts half', 'length ? length : 2 * length', 'length ? length : length'],
      [
        'a drain does not wait for messages that wait',
        'while (this._running) await this._running',
        'await this._running',
      ],
    ],
  },
  {
    file: 'server/src/connection/tokenBucket.ts',
    tests: links,
    mutants: [
      ['a bucket has no capacity', 'Math.min(this._burst, this._level + added)', 'this._level + added'],
      ['the last token cannot be taken', 'amount > this._fill()', 'amount >= this._fill()'],
      ['a capacity below one stops a client for ever', 'Math.min(1, this._burst)', '1'],
      ['time counts several times', 'this._filledAt = now\n', ''],
    ],
  },
  {
    file: 'server/src/connection/textFrame.ts',
    tests: ['server/test/textFrame'],
    mutants: [
      ['126 bytes have a short length', 'length < LENGTH_16', 'length <= LENGTH_16'],
      ['65 536 bytes have a length of 16 bits', 'length < 2 ** 16', 'length <= 2 ** 16'],
      ['characters count as bytes', 'Buffer.byteLength(text)', 'text.length'],
    ],
  },
  {
    file: 'server/src/connection/link.ts',
    tests: [...links, 'server/test/metrics', 'server/test/hub', 'server/test/sessionEnd'],
    mutants: [
      ['the timer of a closing handshake stays', 'cancelCloseTimeout?.()', ''],
      [
        'a client that does not answer a close stays',
        'cancelCloseTimeout = timers.after(CLOSE_TIMEOUT, () => socket.terminate())',
        '',
      ],
      ['a second close event is handled', 'if (closed) return\n    closed = true', 'closed = true'],
      ['an error of a socket ends the process', "socket.on('error', () => undefined)", ''],
      ['close() is executed twice', 'if (!link.open) return\n      // A slow', '// A slow'],
    ],
  },
]

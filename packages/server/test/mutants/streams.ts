/** Mutants of the streams, their presence and the protocol. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const tests = [
  'server/test/stream.test',
  'server/test/resume',
  'server/test/release',
  'server/test/nodes',
  'server/test/twoNodes',
]
const presence = ['server/test/release', 'server/test/presence', 'server/test/twoNodes']

export const streamMutants: readonly MutatedFile[] = [
  {
    file: 'server/src/streams/stream.ts',
    tests: tests,
    mutants: [
      [
        'a stream that was removed while it is joined follows the store',
        'if (removed) stop()\n    else unfollow = stop',
        'unfollow = stop',
      ],
      ['a removed stream follows the store', 'unfollow?.()', ''],
      ['a stream without subscriptions stays in the registry', 'onEmpty()\n', ''],
      [
        'the first client that leaves ends the stream for all',
        'if (subscriptions.size > 0 || removed) return',
        'if (removed) return',
      ],
      ['a removed stream is read until the store answers', 'while (mustRepeat && !removed)', 'while (mustRepeat)'],
      ['a long gap is repaired in part', 'mustRepeat ||= position !== undefined && position.offset < top.offset', ''],
      ['a removed stream is read again', 'else if (position && !removed) void', 'else if (position) void'],
      [
        'a message that arrives while a gap is read is lost',
        'if (isCatchingUp) {\n      mustRepeat = true',
        'if (isCatchingUp) {',
      ],
      ['another epoch is not noticed', 'epoch !== position.epoch || message.offset', 'message.offset'],
      [
        'a gap of one message is not noticed',
        'message.offset > position.offset + 1) catchUp',
        'message.offset > position.offset + 2) catchUp',
      ],
      ['losses are not counted', 'stats.losts += subscriptions.size', ''],
      ['a failed read is not repeated', 'mustRepeat = await timers.sleep(RETRY)', ''],
      ['a failed read is not reported', 'report(error)', ''],
      [
        'only the first gap is repaired',
        '} while (mustRepeat && !removed)\n    isCatchingUp = false',
        '} while (mustRepeat && !removed)',
      ],
      ['a stream without new messages counts as lost', 'top.offset < from.offset', 'top.offset <= from.offset'],
      [
        'a message that was received is sent again',
        'else if (message.offset === position.offset + 1) dispatch',
        'else dispatch',
      ],
    ],
  },
  {
    file: 'server/src/streams/streamRegistry.ts',
    tests: tests,
    mutants: [
      ['an empty stream stays', 'if (streams.get(name) === stream) streams.delete(name)', ''],
      [
        'an empty stream is counted',
        'streams.delete(name)\n      context.stats.streams = streams.size',
        'streams.delete(name)',
      ],
      [
        'a new stream is not counted',
        'streams.set(name, stream)\n    context.stats.streams = streams.size',
        'streams.set(name, stream)',
      ],
      [
        'a subscription stays in a stream that could not be followed',
        'stream.remove(subscription)\n        // Other',
        '// Other',
      ],
      [
        'a stream that could not be followed is used again',
        'if (streams.get(subscription.stream) === stream) streams.delete(subscription.stream)',
        '',
      ],
      ['a subscription that has ended stays', 'streams.get(subscription.stream)?.remove(subscription)', 'undefined'],
      [
        'only the first stream is repaired after a gap',
        'for (const stream of streams.values()) stream.catchUp()',
        'for (const stream of streams.values()) return stream.catchUp()',
      ],
    ],
  },
  {
    file: 'server/src/streams/subscription.ts',
    tests: tests,
    mutants: [
      ['a stale subscription stays stale', 'this._bytes = 0\n    this.isStale = false', 'this._bytes = 0'],
      ['bytes of the last buffer count', 'this._buffer = []\n    this._bytes = 0', 'this._buffer = []'],
      [
        'one message too many is buffered',
        'buffer.length < this._bufferLimits.messages',
        'buffer.length <= this._bufferLimits.messages',
      ],
      [
        'one byte too few is buffered',
        'this._bytes <= this._bufferLimits.bytes',
        'this._bytes < this._bufferLimits.bytes',
      ],
      ['a full buffer loses messages', 'else this.isStale = true', ''],
      [
        'a replayed message is sent twice',
        'message.offset <= this._offset) return',
        'message.offset < this._offset) return',
      ],
      ['a subscription never becomes live', 'this._buffer = undefined\n    this._setPosition', 'this._setPosition'],
      ['buffered messages of another epoch are sent', 'if (epoch === this._epoch) this', 'this'],
      ['the bytes of buffered messages are not counted', 'this._bytes += message.data.length', ''],
      ['a reset during a join is lost', 'if (this._buffer) {\n      this.isStale = true', 'if (this._buffer) {'],
      [
        'a client that has later messages is reset',
        'if (position.epoch === this._epoch && position.offset <= this._offset) return',
        '',
      ],
    ],
  },
  {
    file: 'server/src/streams/histories.ts',
    tests: [...tests, 'server/test/join', 'server/test/bounds'],
    mutants: [
      ['the messages of each stream have the whole limit', 'messages -= other.replay.messages', ''],
      ['the bytes of each stream have the whole limit', 'bytes -= other.replay.bytes', ''],
      ['what a stream uses counts twice', 'if (other === entry) continue', ''],
      ['live messages before the read are lost', 'subscription.startBuffering() // R1', ''],
      ['the newest position is not recorded', 'streams.get(subscription.stream)?.recordTop(history.top)', ''],
      ['too many messages are replayed', 'size.messages > limit.messages || ', ''],
      ['too many bytes are replayed', ' || size.bytes > limit.bytes', ''],
      ['a replay at the limit of bytes is lost', 'size.bytes > limit.bytes', 'size.bytes >= limit.bytes'],
      [
        'a replay at the limit of messages is lost',
        'size.messages > limit.messages',
        'size.messages >= limit.messages',
      ],
      ['a limit that other streams have used counts as trimmed', 'isUnread || isTooLarge', 'isTooLarge'],
      ['a stream that is lost uses the limit', 'isReplayed ? size : NOTHING', 'size'],
      [
        'a history that is not replayed is kept',
        'isReplayed ? history : { top: history.top, messages: [] }',
        'history',
      ],
      ['all streams are read at once', 'Math.max(FIRST_READS, Math.floor(bytes / largest))', 'Infinity'],
      ['streams are read one by one', 'Math.max(FIRST_READS, Math.floor(bytes / largest))', '1'],
      ['a client that has gone is read on', 'pending.length > 0 && !hasEnded()', 'pending.length > 0'],
      [
        'a read that does not fit the live messages is used',
        'for (let stale = findStale(); stale && !hasEnded(); stale = findStale()) await readAll([stale], limitFor(stale))',
        '',
      ],
      ['a client that has gone is read again', 'stale && !hasEnded()', 'stale'],
      ['streams without new messages are read', 'pos.offset < top.offset', 'pos.offset <= top.offset'],
      ['a client of another epoch is read', 'pos.epoch === top.epoch && ', ''],
    ],
  },
  {
    file: 'server/src/streams/mapConcurrently.ts',
    tests: ['server/test/join'],
    mutants: [
      ['calls start after a failure', 'next = items.length\n', ''],
      ['one call more runs at once', 'Math.min(limit, items.length)', 'Math.min(limit + 1, items.length)'],
      [
        'the results are in the order of their ends',
        'results[index] = await map(items[index] as T)',
        'results.push(await map(items[index] as T))',
      ],
    ],
  },
  {
    file: 'server/src/streams/subscriptions.ts',
    tests: [...tests, 'server/test/bounds', 'server/test/join', 'server/test/lostSessions'],
    mutants: [
      [
        'a failed join stays subscribed',
        'for (const { subscription } of entries) release(subscription)\n      throw error',
        'throw error',
      ],
      ['an end releases nothing', 'for (const subscription of [...subscriptions.values()]) release(subscription)', ''],
      ['replayed messages are not counted', 'stats.replayed += history.messages.length', ''],
      [
        'a stream that is left stays in the list',
        'subscriptions.delete(stream)) notifyChange()',
        'subscriptions.delete(stream)) void 0',
      ],
      ['a stream that was left is followed', 'streams.remove(subscription)\n  }', '}'],
      ['a stream that is joined again is joined twice', 'if (earlier) release(earlier)', ''],
      ['a client that has gone stays in streams that were added late', 'if (failed || ended) for', 'if (failed) for'],
      ['streams stay followed if one of them fails', 'if (failed || ended) for', 'if (ended) for'],
      ['a failed join joins what it can', 'if (failed) throw failed.reason', ''],
      ['one stream too many is joined', 'free-- > 0', 'free-- >= 0'],
      ['a joined stream needs a free place', 'subscriptions.has(stream) || ', ''],
      ['authorize is called for any number of streams', '.slice(0, limits.streams)', ''],
      ['a name that the protocol cannot transport is joined', '.filter(([stream]) => isName(stream))', ''],
      ['a client that has gone is subscribed', 'if (ended) return { entries: [], denied }', ''],
      ['losses are not counted', "if (state === 'lost') stats.losts++", ''],
      ['a client that has gone gets its replay', 'if (ended) return\n    const [, , state]', 'const [, , state]'],
      ['a client that has gone can join', 'ended = true\n', ''],
    ],
  },
  {
    file: 'server/src/protocol/decideResume.ts',
    tests: ['server/test/resume', 'server/test/frames', 'server/test/nodes'],
    mutants: [
      ['a client at the top counts as ahead', 'pos.offset > top.offset', 'pos.offset >= top.offset'],
      ['a client ahead of the server is resumed', 'pos.offset > top.offset', 'false'],
      ['another epoch is resumed', 'pos.epoch !== top.epoch', 'false'],
      ['a history that begins too late is replayed', 'messages.length > 0 && first !== pos.offset + 1', 'false'],
      [
        'a replay that is too short is sent',
        "if (last !== top.offset) return messages.length > 0 ? 'limit' : 'trimmed'",
        '',
      ],
    ],
  },
  {
    file: 'server/src/protocol/closeCodes.ts',
    tests: ['server/test/hub', 'server/test/bounds', 'server/test/frames', 'server/test/refusals'],
    mutants: [
      ['a reason of 123 bytes is cut', 'bytes.length <= LONGEST_REASON', 'bytes.length < LONGEST_REASON'],
      ['a reason of 124 bytes is an error', 'bytes.length <= LONGEST_REASON', 'bytes.length <= LONGEST_REASON + 1'],
      ['half a character is sent', ', { stream: true }', ''],
      ['4500 is not final', '|| code >= 4500', '|| code > 4500'],
      ['4000 is final', 'code < 4000', 'code <= 4000'],
      ['1004 may be sent', 'code <= 1003', 'code <= 1004'],
      ['5000 may be sent', 'code <= 4999', 'code <= 5000'],
      ['a code with a fraction may be sent', 'Number.isInteger(code) &&', ''],
    ],
  },
  {
    file: 'server/src/protocol/json.ts',
    tests: ['server/test/frames', 'server/test/bounds'],
    mutants: [
      ['one level too many is accepted', 'depth <= 0', 'depth < 0'],
      ['one object too many is accepted', 'objects <= 0', 'objects < 0'],
      [
        'objects in an array are not counted',
        'for (const item of value) left = checkValue(item, depth - 1, left)',
        'for (const item of value) checkValue(item, depth - 1, left)',
      ],
      ['objects in an object are not counted', 'left = checkValue((value as', 'checkValue((value as'],
      ['a member __proto__ is accepted', "name === '__proto__'", 'false'],
      ['a message that JSON cannot represent is sent', 'if (text === undefined) throw', 'if (false) throw'],
    ],
  },
  {
    file: 'server/src/protocol/frames.ts',
    tests: ['server/test/frames', 'server/test/bounds', 'server/test/fuzz', 'server/test/deliveries'],
    mutants: [],
  },
  {
    file: 'server/src/streams/presence.ts',
    tests: presence,
    mutants: [
      ['the end of a grace period stays in memory', 'gracePeriods.delete(key)', ''],
      ['the timer of a grace period stays', 'cancel()\n        expire()', 'expire()'],
      ['the store is listened to after the close', 'unsubscribe()\n', ''],
      ['the close does not wait for the store', 'while (pending.size > 0) await Promise.all(pending)', ''],
      [
        'grace periods do not end with the close',
        'for (const expireNow of [...gracePeriods.values()]) expireNow()',
        '',
      ],
      ['a stream without listeners stays', 'if (presence.listeners.size === 0) presences.delete(stream)', ''],
      [
        'a client that leaves cleanly stays for the grace period',
        'if (!mayReturn) return removeNow',
        'if (false) return removeNow',
      ],
      [
        'a client that lost its connection leaves at once',
        'if (!mayReturn) return removeNow',
        'if (true) return removeNow',
      ],
      ['a new member gets no list', 'hasFullList: false', 'hasFullList: true'],
    ],
  },
]

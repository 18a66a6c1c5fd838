/** Mutants of the streams, their presence and the memory store. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const tests = [
  'server/test/stream.test',
  'server/test/resume',
  'server/test/release',
  'server/test/nodes',
  'server/test/twoNodes',
]
const presence = ['server/test/release', 'server/test/presence', 'server/test/twoNodes']
const memory = ['server/test/memoryStore', 'server/test/storeContract', 'server/test/release']

export const streamMutants: readonly MutatedFile[] = [
  {
    file: 'server/src/streams/stream.ts',
    tests,
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
    tests,
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
    ],
  },
  {
    file: 'server/src/streams/subscription.ts',
    tests,
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
    ],
  },
  {
    file: 'server/src/streams/subscriptions.ts',
    tests: [...tests, 'server/test/bounds'],
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
  {
    file: 'server/src/store/memory/presence.ts',
    tests: presence,
    mutants: [
      ['a stream without members stays', 'if (entries.size === 0) streams.delete(stream)', ''],
      [
        'a member that leaves is not reported',
        'if (!entries?.delete(id)) return\n      if (entries.size === 0) streams.delete(stream)\n      notify(stream)',
        'if (!entries?.delete(id)) return\n      if (entries.size === 0) streams.delete(stream)',
      ],
      ['a listener stays', 'void listeners.delete(entry)', 'undefined'],
      [
        'a member that is not there is reported',
        'if (!entries?.delete(id)) return',
        'if (!entries) return\n      entries.delete(id)',
      ],
    ],
  },
  {
    file: 'server/src/store/memory/memoryStore.ts',
    tests: memory,
    mutants: [
      ['a listener of broadcasts stays', 'void broadcastListeners.delete(entry)', 'undefined'],
      ['a bound of 0 is accepted', 'value > 0', 'value >= 0'],
    ],
  },
  {
    file: 'server/src/store/memory/ttlMap.ts',
    tests: memory,
    mutants: [
      ['an entry that is set again keeps its place', 'entries.delete(key)\n      entries.set', 'entries.set'],
      [
        'an entry lives a millisecond longer',
        '!entry || entry.until > monotonicNow(clock)',
        '!entry || entry.until >= monotonicNow(clock)',
      ],
      ['an entry that has expired is returned', '!entry || entry.until > monotonicNow(clock)', 'true'],
      ['one entry too few is kept', 'entries.size <= limit', 'entries.size < limit'],
      ['no entry is evicted', 'entries.size <= limit', 'true'],
    ],
  },
  {
    file: 'server/src/store/memory/sessions.ts',
    tests: memory,
    mutants: [
      ['a listener of detaches stays', 'void detaches.delete(entry)', 'undefined'],
      ['a session of another node is the same owner', 'one.node === other.node && ', ''],
      ['a session of another link is the same owner', ' && one.link === other.link', ''],
    ],
  },
  {
    file: 'server/src/store/memory/streams.ts',
    tests: memory,
    mutants: [
      ['removed messages count for the stream', 'stream.bytes -= size', ''],
      [
        'one message too many is kept',
        'stream.messages.length > history.messages',
        'stream.messages.length > history.messages + 1',
      ],
      [
        'a message at the position is read again',
        'message.offset <= offset) continue',
        'message.offset < offset) continue',
      ],
      ['one message too many is read', 'found.length >= limit.messages', 'found.length > limit.messages'],
    ],
  },
]

/** Mutants of the streams, their presence and the memory store. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const tests = [
  'server/test/stream.test',
  'server/test/resume',
  'server/test/release',
  'server/test/nodes',
  'server/test/twoNodes',
]
const presence = [
  'server/test/release',
  'server/test/presence',
  'server/test/presenceBatches',
  'server/test/twoNodes',
  'server/test/property/presence.property',
]
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
      ['a stale subscription stays stale', 'bytes = 0\n      subscription.isStale = false', 'bytes = 0'],
      ['bytes of the last buffer count', 'buffer = []\n      bytes = 0', 'buffer = []'],
      [
        'one message too many is buffered',
        'buffer.length < bufferLimits.messages',
        'buffer.length <= bufferLimits.messages',
      ],
      ['a full buffer loses messages', 'else subscription.isStale = true', ''],
      ['a replayed message is sent twice', 'message.offset <= offsetNow) return', 'message.offset < offsetNow) return'],
      ['a subscription never becomes live', 'buffer = undefined\n      setPosition', 'setPosition'],
      ['buffered messages of another epoch are sent', 'if (epoch === epochNow) subscription', 'subscription'],
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
      ['the store is listened to after the close', 'for (const unsubscribe of unsubscribers) unsubscribe()\n', ''],
      ['the close does not wait for the store', 'while (pending.size > 0) await Promise.all(pending)', ''],
      [
        'grace periods do not end with the close',
        'for (const expireNow of [...gracePeriods.values()]) expireNow()',
        '',
      ],
      ['a stream without listeners stays', 'if (presence.isEmpty) streams.delete(stream)', ''],
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
      ['a lost notification is not repaired', 'for (const presence of streams.values()) presence.refresh()', ''],
      ['a client whose entry was there already gets no list', '.then(() => presence.sendListTo(id))', ''],
    ],
  },
  {
    file: 'server/src/streams/streamPresence.ts',
    tests: presence,
    mutants: [
      ['a new client gets no list', 'this._newListeners.add(id)', ''],
      ['a client that is gone waits for a list', 'this._newListeners.delete(id)\n    const', 'const'],
      ['the timer stays after the last client', 'if (this.isEmpty) this._cancelWait?.()', ''],
      ['a timer is set after the last client', 'if (!this.isEmpty) this._cancelWait', 'this._cancelWait'],
      ['the list is read for each change', "if (this._state === 'idle') this", 'if (true) this'],
      ['a change within the interval is lost', 'else this._mustRepeat = true', ''],
      ['a change within the interval is not sent', 'if (this._mustRepeat) this.refresh()', ''],
      ['the list is read while nothing changes', 'if (this._mustRepeat) this', 'this'],
      ['the list is read twice for a new client', " && this._state !== 'reading'", ''],
      ['each list is read twice', 'this._mustRepeat = false\n    try', 'try'],
      [
        'a failed read stops later ones',
        '} finally {\n      this',
        '} catch (error) {\n      if (error) throw error\n      this',
      ],
      ['members are serialised again', 'known?.member === member ? known.text : ', ''],
      ['another `info` of a member is not sent', 'known?.text !== text', '!known'],
      ['a member that is known is sent again', 'if (known?.text !== text) joined', 'joined'],
      ['members that have left stay', '(now.has(id) ? [] : [text])', '[]'],
      ['the list is compared with the first one', 'this._members = now', ''],
      ['an empty change is sent', 'list.length > 0', 'list.length >= 0'],
      ['the full list is encoded for each client', 'allFrames ??= ', 'allFrames = '],
      ['changes are encoded for each client', 'changeFrames ??= ', 'changeFrames = '],
    ],
  },
  {
    file: 'server/src/streams/presenceFrames.ts',
    tests: ['server/test/presenceBatches'],
    mutants: [
      ['frames are not bounded', 'bytes > 0 && bytes + size > room', 'false'],
      ['a frame is one byte too long', 'bytes + size > room', 'bytes + size > room + 1'],
      ['a frame is filled up to one byte less', 'bytes + size > room', 'bytes + size >= room'],
      ['a frame without members precedes a long member', 'bytes > 0 && ', ''],
      ['characters are counted as bytes', 'Buffer.byteLength(member) + 1', 'member.length + 1'],
      ['each part of a list replaces the others', "name === 'all' ? 'in' : name", 'name'],
      ['the bytes of the previous frame count', "separator = ''\n        bytes = 0", "separator = ''"],
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

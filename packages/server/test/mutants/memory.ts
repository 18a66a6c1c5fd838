/** Mutants of the memory store. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const memory = [
  'server/test/memoryStore',
  'server/test/memoryStreams',
  'server/test/storeContract',
  'server/test/release',
]
const presence = ['server/test/release', 'server/test/presence', 'server/test/twoNodes']

export const memoryMutants: readonly MutatedFile[] = [
  {
    file: 'server/src/store/keptAnswers.ts',
    tests: [...memory, 'server/test/lostSessions'],
    mutants: [
      ['answers grow without a limit', 'this._remove(seq - KEPT_ANSWERS)', ''],
      ['an answer that is recorded again counts twice', 'this._remove(seq)\n    // Without', '// Without'],
      ['a long answer removes all others', 'if (bytes > KEPT_ANSWER_BYTES) return', ''],
      ['a refusal is removed for a later answer', '.filter(([, kept]) => !isRefusal(kept))', ''],
      ['the bytes of a session stay in the budget', 'this._budget.take(this._user, -this._bytes)', ''],
      [
        'the longest answers are not kept',
        'this._bytes + bytes <= KEPT_ANSWER_BYTES',
        'this._bytes + bytes < KEPT_ANSWER_BYTES',
      ],
      ['bytes of removed answers count', 'this._count(-Buffer.byteLength(answer))', ''],
      ['a refusal of any length is kept', 'Buffer.byteLength(answer) <= LONGEST_REFUSAL', 'true'],
      ['a code of any length is kept', 'e.code.slice(0, 100)', 'e.code'],
      ['users have no bound', ' && (this._users.get(user) ?? 0) + bytes <= this._perUser', ''],
      ['all users together have no bound', 'this._used + bytes <= this._total && ', ''],
      ['the last byte of the bound of a user is not used', '+ bytes <= this._perUser', '+ bytes < this._perUser'],
      [
        'the last byte of the bound of all is not used',
        'this._used + bytes <= this._total',
        'this._used + bytes < this._total',
      ],
      ['a user without answers has used bytes', 'else this._users.delete(user)', ''],
      [
        'answers above the budget remove none',
        'while (!this._fits(bytes) && oldest.length > 0)',
        'while (false && oldest.length > 0)',
      ],
      ['an answer above the budget is kept', 'if (this._fits(bytes)) this._keep', 'this._keep'],
    ],
  },
  {
    file: 'server/src/store/memory/keyRecords.ts',
    tests: memory,
    mutants: [
      ['removed records count', 'add(owner, -sizeOf(key, value))', ''],
      ['all owners together have no bound', 'owner.bytes += size\n    bytes += size', 'owner.bytes += size'],
      ['an owner has no bound', 'owner.bytes += size\n', ''],
      ['an expired record stays valid', 'record && record.until > monotonicNow(clock)', 'record'],
      [
        'a record lives a millisecond longer',
        'record && record.until > monotonicNow(clock)',
        'record && record.until >= monotonicNow(clock)',
      ],
      [
        'expired records take space from others',
        'removeExpired(owner)\n      while (owner.bytes',
        'while (owner.bytes',
      ],
      ['expired records of others take space', 'removeExpired(owner)\n      while (bytes', 'while (bytes'],
      ['a record that is set again counts twice', 'if (earlier) remove(owner, key, earlier)', ''],
      ['the newest key of an owner is removed', 'owner.records.size <= 1', 'owner.records.size <= 0'],
      ['a shortened value has its earlier size', 'add(owner, value.length - record.value.length)', ''],
      ['an owner keeps its first place', 'owners.delete(name)\n      owners.set', 'owners.set'],
      ['the last byte of the bound of an owner is not used', 'owner.bytes > ownerBytes', 'owner.bytes >= ownerBytes'],
      [
        'the last byte of the bound of all is not used',
        'while (bytes > options.bytes && shrink(owner));',
        'while (bytes >= options.bytes && shrink(owner));',
      ],
      ['the newest key of all is removed', ' && owner !== newest', ''],
      [
        'a key is removed before replies are shortened',
        'if (shorten(value).length < value.length) owner.long.add(key)',
        '',
      ],
      [
        'removed keys of an owner are not reported',
        'remove(owner, key, record)\n      onEvict()\n      return true',
        'remove(owner, key, record)\n      return true',
      ],
      [
        'the last keys of other owners are not reported',
        'remove(owner, key, record)\n          onEvict()\n        }',
        'remove(owner, key, record)\n        }',
      ],
      ['a removed record can be shortened', 'owner.long.delete(key)\n    add(owner, -', 'add(owner, -'],
    ],
  },
  {
    file: 'server/src/store/memory/idempotencyKeys.ts',
    tests: memory,
    mutants: [
      ['a reservation stays after the answer', 'reservations.delete(nameOf(user, key))', ''],
      [
        'a released reservation is an answer',
        'if (result !== undefined) answers.set(user, key, result)',
        "answers.set(user, key, result ?? '')",
      ],
      [
        'a message without an answer is applied again',
        'if (answer !== undefined) return answer',
        'if (answer) return answer',
      ],
      ['a refusal is replaced by the error expired', '!isRefusal(answer) && ', ''],
      ['short answers are replaced by a longer error', ' && answer.length > EXPIRED_ANSWER.length', ''],
      ['keys of two users are one key', 'JSON.stringify([user, key])', '`${user}:${key}`'],
      ['a key is never reserved', 'reservations.set(nameOf(user, key), true, RESERVATION_MS)', ''],
    ],
  },
  {
    file: 'server/src/store/memory/releasedSessions.ts',
    tests: memory,
    mutants: [
      ['a session that is used again counts', 'if (!all.delete(sessionId)) return', 'if (!all.has(sessionId)) return'],
      ['a session of a user that is used again counts', 'own.delete(sessionId)', ''],
      ['one session too few is kept', 'all.size <= maximum', 'all.size < maximum'],
      [
        'users with few sessions lose theirs first',
        'own.size > Math.max(1, maximum * USER_SHARE)',
        'own.size <= Math.max(1, maximum * USER_SHARE)',
      ],
      [
        'a user with many sessions removes those of others',
        'own.size > Math.max(1, maximum * USER_SHARE) ? own : all.keys()',
        'all.keys()',
      ],
      ['the only session of a user is removed at once', 'Math.max(1, maximum * USER_SHARE)', 'maximum * USER_SHARE'],
      ['a user with its whole share removes its own', 'own.size > Math.max', 'own.size >= Math.max'],
    ],
  },
  {
    file: 'server/src/store/memory/sessions.ts',
    tests: memory,
    mutants: [
      ['a listener of detaches stays', 'void detaches.delete(entry)', 'undefined'],
      ['a session of another node is the same owner', 'one.node === other.node && ', ''],
      ['a session of another link is the same owner', ' && one.link === other.link', ''],
      [
        'a session lives a millisecond longer',
        'session.until > monotonicNow(clock)',
        'session.until >= monotonicNow(clock)',
      ],
      [
        'answers of a removed session stay in the budget',
        'released.delete(sessionId, record.user)\n    answers.release()',
        'released.delete(sessionId, record.user)',
      ],
      ['a removed session counts as released', 'released.delete(sessionId, record.user)\n    answers', 'answers'],
      [
        'a session with a link counts as released',
        'released.delete(sessionId, session.record.user)\n    session.until',
        'session.until',
      ],
      ['a session that is used keeps its place', 'sessions.delete(sessionId)\n    sessions.set', 'sessions.set'],
      ['sessions that have expired stay', 'remove(oldest, sessions.get(oldest)!)', 'return'],
      ['a session that has ended during a takeover is taken', 'if (find(sessionId) !== session) return undefined', ''],
      ['takeovers are not counted', 'session.record.takeovers++', ''],
      [
        'a record with as many takeovers is replaced',
        'found.record.takeovers >= takeovers',
        'found.record.takeovers > takeovers',
      ],
      ['the answers of a replaced record stay in the budget', 'if (found) remove(sessionId, found)', ''],
      ['a failed takeover blocks the session', 'taken.catch(() => undefined)', 'taken'],
      [
        'two links take one session',
        'session.taking = taken.catch(() => undefined)',
        'void taken.catch(() => undefined)',
      ],
      ['a message that is recorded again moves the counter back', 'if (seq <= record.last) return', ''],
      ['too many sessions are not removed', 'remove(surplus, sessions.get(surplus)!)\n', 'void surplus\n'],
      [
        'a removed session is not reported',
        'remove(surplus, sessions.get(surplus)!)\n        onEvict()',
        'remove(surplus, sessions.get(surplus)!)',
      ],
      ['a delivery does not keep its session', 'use(sessionId, session)\n        if (seq', 'if (seq'],
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
      ['one stream too few is kept', 'unfollowed.size <= options.streams', 'unfollowed.size < options.streams'],
      ['the bytes of an evicted stream count', 'bytes -= size\n      unfollowed', 'unfollowed'],
      ['the history of an evicted stream stays', 'histories.delete(oldest)', ''],
      ['an evicted stream is not reported', "options.onEvict('stream')", ''],
      ['the stream that is being created is evicted', 'if (oldest === name) return', ''],
      ['a history at its limit of bytes is trimmed', 'stream.bytes > history.bytes', 'stream.bytes >= history.bytes'],
      ['all histories at their limit are trimmed', 'while (bytes > options.bytes', 'while (bytes >= options.bytes'],
      ['a followed stream can be evicted', 'unfollowed.delete(name)\n      followed', 'followed'],
      [
        'a stream that is not followed any more is lost',
        'followed.delete(name)\n        keepUnfollowed(name, stream)',
        'followed.delete(name)',
      ],
      ['the first follower that leaves ends the stream', ' || stream.feeds.size > 0) return', ') return'],
      ['a message at the limit of bytes is not read', 'length > limit.bytes', 'length >= limit.bytes'],
      ['a stream that is read counts as unfollowed', 'if (stream.feeds.size === 0) keepUnfollowed', 'keepUnfollowed'],
      ['a history that is read keeps its place', 'if (histories.has(name)) moveToEnd(histories, name, stream)', ''],
      ['a key publishes twice', 'if (known !== undefined) return', "if (known === '') return"],
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
      ['a listener of evictions stays', 'void evictListeners.delete(entry)', 'undefined'],
    ],
  },
]

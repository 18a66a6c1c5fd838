/** Bugs of one line outside the machine, by the sequences that find them and the file. */

import type { Bug } from '../mutate.ts'

export const partBugs: readonly { by: 'sending' | 'heartbeat' | 'returning'; file: string; bugs: readonly Bug[] }[] = [
  {
    by: 'sending',
    file: 'messaging/outbox.ts',
    bugs: [
      ['every send restarts the check of the buffer', '!next || !isSlow || !this._isChecking', 'true'],
      ['a check is never followed by another', 'this._isChecking = false\n        this.flush()', 'this.flush()'],
      ['send does not drain first', 'if (this.size && this._fastLink()) this.flush()', ''],
      ['send does not look at the socket', 'engine.checkLink()', ''],
      ['the high water mark is ignored', 'openLink.bufferedAmount > settings.highWaterMark', 'false'],
      [
        'messages that wait because of the high water mark count against the limit of the queue',
        '!!engine.openLink)\n      this._setTimer',
        'false)\n      this._setTimer',
      ],
      [
        'queued messages are sent without looking at the buffer',
        '(link = this._fastLink())',
        '(link = this._host.engine.openLink)',
      ],
      [
        'a sent message stays in the queue',
        'this._pass(link, next.frame)',
        'this._pass(link, next.frame), this._queue.push(next.message, next.frame, next.since)',
      ],
      [
        'the age of a message is measured with the wall clock',
        'frame, monotonicNow(clock), !!',
        'frame, clock.now(), !!',
      ],
      [
        'the age of queued messages is compared with the wall clock',
        'this._queue.first(monotonicNow(clock))',
        'this._queue.first(clock.now())',
      ],
      [
        'the next expiry is computed with the wall clock',
        'const now = monotonicNow(clock)\n    const next',
        'const now = clock.now()\n    const next',
      ],
    ],
  },
  {
    by: 'sending',
    file: 'engine/engine.ts',
    bugs: [
      ['a socket that ended without an event takes messages', 'isOpen && link?.ready', 'isOpen'],
      ['a socket that ended without an event is not noticed', 'link && !link.ready', 'false'],
    ],
  },
  {
    by: 'heartbeat',
    file: 'engine/heartbeatWatch.ts',
    bugs: [
      ['received frames postpone the ping forever', 'silence: Math.min(receivedAt, sentAt)', 'silence: receivedAt'],
      ['sent frames postpone the ping forever', 'silence: Math.min(receivedAt, sentAt)', 'silence: sentAt'],
      [
        'any frame postpones the ping',
        'silence: Math.min(receivedAt, sentAt)',
        'silence: Math.max(receivedAt, sentAt)',
      ],
      [
        'traffic postpones the ping of a fixed interval',
        'interval: pingedAt }',
        'interval: Math.max(receivedAt, sentAt) }',
      ],
      [
        'the silence is not measured from the last ping',
        'Math.max(pingedAt, quietSince) + interval',
        'quietSince + interval',
      ],
      [
        'pings are sent at a fixed interval although there is traffic',
        'Math.max(pingedAt, quietSince) + interval',
        'pingedAt + interval',
      ],
      ['bytes behind the ping count as ahead of it', 'this._buffered - this._bytesBehind', 'this._buffered'],
      ['the deadline is not extended while the buffer drains', 'return this._bytesAhead < before', 'return false'],
      [
        'the deadline is extended while anything is in the buffer',
        'return this._bytesAhead < before',
        'return this._bytesAhead > 0',
      ],
      [
        'the deadline is extended for a dead link with an idle buffer',
        'return this._bytesAhead < before',
        'return this._bytesAhead <= before',
      ],
      [
        'a draining buffer extends the deadline only once',
        'this._bytesAhead = Math.max(0, ',
        'this._bytesAhead = 0 * Math.max(0, ',
      ],
      [
        'frames behind the ping are not counted',
        'if (this._bytesAhead) this._bytesBehind',
        'if (false) this._bytesBehind',
      ],
      ['the bytes ahead of a ping are not measured', 'this._bytesAhead = this._buffered', 'this._bytesAhead = 0'],
      ['the bytes behind the last ping are kept', 'this._bytesBehind = Math.max(0,', 'void Math.max(0,'],
      ['sent frames are not noted', 'this._sentAt = this._now()\n', '\n'],
      ['received frames are not noted', 'this._receivedAt = now\n', '\n'],
      ['a ping is not noted', 'ping(): void {\n    this._pingedAt = this._now()', 'ping(): void {'],
      [
        'a connection that ends before its first frame does not double the deadline',
        'this._patience * 2',
        'this._patience',
      ],
      [
        'a ping that is due because nothing was sent shortens the silence that is allowed',
        ' + Math.max(0, interval - this.silence)',
        '',
      ],
      ['the deadline is doubled without limit', 'Math.min(MAX_PATIENCE, this._patience * 2)', 'this._patience * 2'],
      [
        'the deadline is doubled though a frame was received',
        'if (!this._hasReceived) this._patience',
        'this._patience',
      ],
      ['a received frame does not reset the deadline', 'this._patience = 1\n  }', '\n  }'],
      [
        'the long deadline delays the pings of a connection that is kept',
        'this._patience = 1 // no deadline',
        '// no deadline',
      ],
      [
        'the first frame of the last connection counts for this one',
        'this._hasReceived = false\n    // The server',
        '// The server',
      ],
      ['a missing reply is never tolerated', 'mustReply || this._unanswered < MAX_UNANSWERED', 'true'],
      [
        'a missing reply is tolerated though this server has replied',
        'const mustReply = this._hasReplied ||',
        'const mustReply =',
      ],
      [
        'a missing reply is tolerated from the beginning',
        'mustReply || this._unanswered < MAX_UNANSWERED',
        'mustReply',
      ],
      [
        'a missing reply is tolerated one connection too early',
        'mustReply || this._unanswered < MAX_UNANSWERED',
        'mustReply || this._unanswered + 1 < MAX_UNANSWERED',
      ],
      [
        'connections that ended otherwise do not reset the count',
        'endedOtherwise(): void {\n    this._unanswered = 0',
        'endedOtherwise(): void {',
      ],
      ['the server that does not reply is reported each time', 'this._isReported = true', ''],
      [
        'traffic is measured with the wall clock',
        'return monotonicNow(this._host.clock)',
        'return this._host.clock.now()',
      ],
    ],
  },
  {
    by: 'heartbeat',
    file: 'engine/stateTimer.ts',
    bugs: [
      ['a ping is sent though there was traffic', 'if (untilPing > 0) return this._set(timer, untilPing)', ''],
      [
        'the deadline is not extended',
        'if (awaitsReply(timer) && watch.isSending()) return this._set(timer, this.delay)',
        '',
      ],
      [
        'a deadline is measured with the wall clock',
        'this._dueAt = monotonicNow(clock) + delay',
        'this._dueAt = clock.now() + delay',
      ],
      [
        'lateness is measured with the wall clock',
        'const lateness = monotonicNow(this._host.clock) - this._dueAt',
        'const lateness = this._host.clock.now() - this._dueAt',
      ],
    ],
  },
  {
    by: 'returning',
    file: 'engine/engine.ts',
    bugs: [
      [
        'each event of the page restarts the timer',
        'if (effects.length || next.timer !== before.timer) this._startTimer',
        'this._startTimer',
      ],
      ['the rest of a wait limits the dial that replaces it', "type === 'wake' && did('retry')", "type === 'wake'"],
      ['a wake lengthens the wait', 'this._lastClose, isSooner)', 'this._lastClose, false)'],
      [
        'retryAt is that of the first wait',
        "this._retryAt = did('retry') ? this._host.clock.now() + timer.delay",
        "this._retryAt = did('retry') ? this._retryAt ?? this._host.clock.now() + timer.delay",
      ],
    ],
  },
  {
    by: 'returning',
    file: 'engine/connectionTimes.ts',
    bugs: [
      [
        'the age of a dial is measured with the wall clock',
        'const now = monotonicNow(this._clock)',
        'const now = this._clock.now()',
      ],
      [
        'a dial is noted with the wall clock',
        'this._dialledAt = monotonicNow(this._clock)',
        'this._dialledAt = this._clock.now()',
      ],
      ['a dial never counts as slow', 'now - this._dialledAt >= SLOW_AFTER', 'false'],
      ['every dial counts as slow', 'now - this._dialledAt >= SLOW_AFTER', 'true'],
      ['dials without delay are not counted', '!hasWaited) this._eagerAt', 'hasWaited) this._eagerAt'],
      ['every dial counts as one without delay', '!hasWaited) this._eagerAt', 'true) this._eagerAt'],
    ],
  },
  {
    by: 'returning',
    file: 'engine/stateTimer.ts',
    bugs: [
      [
        'the random delay after coming online is that of the backoff',
        'clock.random() * 1000',
        'clock.random() * 10_000',
      ],
      [
        'the backoff counts attempts instead of waits',
        'start({ timer, waits }: State',
        'start({ timer, attempt: waits }: State',
      ],
      ['a dial has no deadline', ': settings.connectTimeout', ': Infinity'],
      [
        'the rest of a wait is measured with the wall clock',
        'this._dueAt - monotonicNow(clock))',
        'this._dueAt - clock.now())',
      ],
    ],
  },
]

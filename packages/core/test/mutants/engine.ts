/** Mutants of the layers `engine` and `messaging`. Those of the machine are in `support/explore/bugs`. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

export const engineMutants: readonly MutatedFile[] = [
  {
    file: 'core/src/engine/attempt.ts',
    tests: ['core/test/lifecycle/', 'core/test/robustness/edgeCases'],
    mutants: [
      ['a dial that was given up opens a socket', 'if (signal.aborted) return', ''],
      ['a socket that is given up during its dial stays open', 'else link.abandon()', ''],
      ['the signal of a dial never aborts', 'this._abort?.abort()', ''],
      [
        'messages of an earlier connection arrive',
        'if (!this._engine.isCurrent(this)) return\n    this._engine.noteActivity()',
        'this._engine.noteActivity()',
      ],
      ['a later error of the dial replaces the first', 'this._error ??= error', 'this._error = error'],
      ['an error of the open connection counts as one of the dial', 'if (!this.info) this._error', 'this._error'],
      [
        'the `onConnect` of the dial is forgotten',
        'this._host.options.onConnect ?? this._onConnect',
        'this._host.options.onConnect',
      ],
      [
        'the signal of the dial aborts when the connection ends',
        'this._abort = undefined\n    this.link = link',
        'this.link = link',
      ],
    ],
  },
  {
    file: 'core/src/engine/engine.ts',
    tests: ['core/test/lifecycle/', 'core/test/messaging/'],
    mutants: [
      ['a code that an application may not send is sent', 'close.code >= 3000', 'close.code >= 0'],
      ['the page is listened to after the end', "if (next.name === 'closed') this._environment?.stop()", ''],
      ['a message is sent after dispose() in a listener', " && !inbox.has('release')", ''],
      ['a message is sent after close() in a listener', " && !inbox.has('close')", ''],
      ['the first connection counts as a reconnect', 'this._openings > 1', 'this._openings > 0'],
      ['messages are queued after the last attempt', "if (did('stop')) this._isFinished = true\n    else if", 'if'],
      ['messages are queued after close()', "if (posted.type === 'close') this._isFinished = true", ''],
      [
        '`retryAt` stays after the wait',
        "did('retry') ? this._host.clock.now() + timer.delay : undefined",
        "did('retry') ? this._host.clock.now() + timer.delay : this._retryAt",
      ],
      [
        'the close that was asked for is forgotten',
        "this._requestedClose = did('startClose') ? event.close : undefined",
        '',
      ],
      [
        'an error of the dial is not reported',
        "if (close?.error) host.report(close.error, close.cause !== 'provider')",
        '',
      ],
      ['a return to the page extends the wait', "type === 'wake' && did('retry')", 'false'],
    ],
  },
  {
    file: 'core/src/engine/environmentWatch.ts',
    tests: ['core/test/lifecycle/', 'core/test/rendering/pace'],
    mutants: [
      ['listeners stay on the page', 'guard(this._host, this._unsubscribe)', ''],
      [
        'the timer of a hidden page stays',
        'guard(this._host, this._unsubscribe)\n    this._stopTimer()',
        'guard(this._host, this._unsubscribe)',
      ],
      ['each `hidden` event has a timer', ' || this._handle !== undefined', ''],
      [
        'a page is closed once only while it is hidden',
        'this._host.clock.clearTimeout(this._handle)\n    this._handle = undefined',
        'this._host.clock.clearTimeout(this._handle)',
      ],
      ['the timer of a hidden page is not cleared', 'this._host.clock.clearTimeout(this._handle)', ''],
      ['a page that is shown again is closed', "if (event === 'wake') this._restartTimer()", ''],
      [
        'a page that is hidden from the start is never closed',
        'if (guard(this._host, () => this._host.environment!.hidden?.())) this._startTimer()',
        '',
      ],
      ['frames of a hidden page are awaited', 'this._host.snapshots.pageHidden()', ''],
      [
        'an end without an event is not noticed when the page returns',
        'this._engine.checkLink()\n      return',
        'return',
      ],
    ],
  },
  {
    file: 'core/src/engine/stateTimer.ts',
    tests: [
      'core/test/lifecycle/',
      'core/test/messaging/heartbeat',
      'core/test/robustness/footprint',
      'core/test/robustness/throwing',
    ],
    mutants: [
      ['the timer of the previous state stays', 'clock.clearTimeout(this._handle)', ''],
      ['a timer that is late by exactly one second proves something', 'lateness >= LATE', 'lateness > LATE'],
      ['without a network, attempts follow each other', 'isOffline ? OFFLINE_RETRY : 0', '0'],
      ['a late timer of a state that has ended fires', 'if (this._handle !== handle) return', ''],
      ['a sleep is not noticed', 'if (this._lateness >= WAKE_AFTER)', 'if (false)'],
      [
        'a wake extends the wait',
        'Math.min(this._duration(timer, waits, lastClose), atMost)',
        'this._duration(timer, waits, lastClose)',
      ],
      ['a negative delay of the user is used', 'isTime(chosen) ? chosen', 'chosen !== undefined ? chosen'],
      [
        'a reply that may wait in a buffer counts as missing',
        'if (awaitsReply(timer) && watch.isSending())',
        'if (false)',
      ],
      ['a ping is sent although there was traffic', 'if (untilPing > 0) return', 'if (untilPing > 1e9) return'],
      ['a sleep that the timer does not show is not noticed', '* 1000 >= WAKE_AFTER', '* 1000 >= Infinity'],
    ],
  },
  {
    file: 'core/src/engine/inbox.ts',
    tests: ['core/test/lifecycle/calls', 'core/test/messaging/noConnectionExpected', 'core/test/robustness/'],
    mutants: [
      ['an endless loop of a listener never ends', '++count > MAX_EVENTS', '++count > Infinity'],
      ['events of an endless loop stay', 'waiting.length = 0', ''],
      ['an endless loop is not reported', 'if (failure) this._reporter.report(failure)', ''],
      [
        'the last call in a listener does not win',
        "if (type === 'close') wants = false",
        "if (type === 'close') wants ??= false",
      ],
    ],
  },
  {
    file: 'core/src/engine/heartbeatWatch.ts',
    tests: [
      'core/test/messaging/heartbeat',
      'core/test/lifecycle/time',
      'core/test/lifecycle/environment',
      'core/test/lifecycle/silentEnd',
    ],
    mutants: [
      [
        'ends for other reasons are counted as unanswered',
        '  endedOtherwise(): void {\n    this._unanswered = 0',
        '  endedOtherwise(): void {',
      ],
      ['the deadline grows without a bound', 'Math.min(MAX_PATIENCE, this._patience * 2)', 'this._patience * 2'],
      [
        'bytes behind a ping are counted although none are ahead of it',
        'if (this._bytesAhead) this._bytesBehind',
        'this._bytesBehind',
        'Where nothing is ahead of a ping, `isSending` returns false in both cases. The condition saves measuring each frame.',
      ],
      ['a silence is excused again and again', 'this._gracedAt = this._receivedAt\n      return', 'return'],
      ['frames are not counted where nothing is sent', ' && this._sendsPings) return', ') return'],
      ['the error of a server that never replies is repeated', 'this._isReported = true', ''],
      [
        'one unanswered connection too many ends',
        'this._unanswered < MAX_UNANSWERED',
        'this._unanswered <= MAX_UNANSWERED',
      ],
      [
        'the deadline stays long after a frame',
        'this._hasReceived = true\n    this._patience = 1',
        'this._hasReceived = true',
      ],
      ['the deadline grows although frames arrive', 'if (!this._hasReceived) this._patience', 'this._patience'],
      ['a short silence is probed', 'this.silence >= SILENT_AFTER', 'this.silence >= 0'],
      [
        'a silence of exactly five seconds is not probed',
        'this.silence >= SILENT_AFTER',
        'this.silence > SILENT_AFTER',
      ],
    ],
  },
  {
    file: 'core/src/engine/backoff.ts',
    tests: ['core/test/unit/backoff'],
    mutants: [
      ['a server silences a client for hours', ' && to <= LONGEST_HINT', ''],
      ['a range that is reversed is accepted', ' && to >= from', ''],
      ['a negative wait is accepted', 'from >= 0 && ', ''],
      ['the delay of a late attempt is no number', 'Math.min(attempt, 31)', 'attempt'],
      ['the longest hint is refused', 'to <= LONGEST_HINT', 'to < LONGEST_HINT'],
    ],
  },
  {
    file: 'core/src/engine/connectionTimes.ts',
    tests: ['core/test/lifecycle/'],
    mutants: [
      [
        'a dial without delay has to wait a millisecond more',
        'now - this._eagerAt >= EAGER_EVERY',
        'now - this._eagerAt > EAGER_EVERY',
      ],
      ['a dial hangs a millisecond later', '>= SLOW_AFTER', '> SLOW_AFTER'],
      [
        'a dial after a wait counts as one without',
        "type === 'timerFired' && name === 'waiting' && timer !== 'decision'",
        'false',
      ],
    ],
  },
  {
    file: 'core/src/messaging/outbox.ts',
    tests: ['core/test/messaging/'],
    mutants: [
      [
        'the timer of a cleared queue stays',
        "while (this.size) this._queue.shift('closed')\n    this._setTimer()",
        "while (this.size) this._queue.shift('closed')",
      ],
      [
        'a buffer at the high water mark is slow',
        'openLink.bufferedAmount > settings.highWaterMark',
        'openLink.bufferedAmount >= settings.highWaterMark',
      ],
      ['the timer of the queue is never cleared', 'clock.clearTimeout(this._handle)', ''],
      ['a refused message of the queue is lost without an event', "this._host.dropped(next.message, 'refused')", ''],
      [
        'a message that a listener of `drop` removed counts as queued',
        "engine.expectsConnection ? 'queued' : 'dropped'",
        "'queued'",
      ],
    ],
  },
  {
    file: 'core/src/messaging/queue.ts',
    tests: ['core/test/unit/queue', 'core/test/messaging/queue'],
    mutants: [
      ['bytes of sent messages still count', 'totalBytes -= bytes', ''],
      ['a message lives a millisecond longer', '>= rules.ttl', '> rules.ttl'],
      ['one message too many is queued', 'waiting.size < rules.limit', 'waiting.size <= rules.limit'],
      [
        'a message that fills the queue is refused',
        'totalBytes + bytes <= rules.bytes',
        'totalBytes + bytes < rules.bytes',
      ],
      ['a message that never fits removes the others', 'bytes <= rules.bytes && waiting.size', 'waiting.size'],
      ['expired messages keep their place', "while (isExpired(now)) dropped.push([shift(), 'expired'])", ''],
      ['a dropped message is not reported', 'for (const [old, reason] of dropped) drop(old, reason)', ''],
    ],
  },
  {
    file: 'core/src/messaging/iterate.ts',
    tests: ['core/test/unit/iterate', 'core/test/messaging/messages'],
    mutants: [
      ['`return()` keeps unread messages', 'buffer = new Fifo()\n      end()', 'end()'],
      ['the end is reported twice', 'if (!isDone) ended()', 'ended()'],
      ['one message too few is kept', 'buffer.size > limit', 'buffer.size >= limit'],
      ['a waiting reader never ends', 'isDone = true\n    settle()', 'isDone = true'],
      ['messages listeners stay after the end', 'if (!isDone) ended()', ''],
    ],
  },
  {
    file: 'core/src/messaging/heartbeat.ts',
    tests: ['core/test/messaging/heartbeat', 'core/test/unit/heartbeat', 'core/test/session/heartbeat'],
    mutants: [
      ['unanswered pings are stored without a bound', 'unanswered.length < MAX_UNANSWERED', 'true'],
      ['a ping that sends nothing measures a latency', 'if (message === null && !this._transport) return', ''],
      ['messages of a session are taken for replies', 'if (this._transport) return false', ''],
      ['a message is a reply although no ping was sent', 'ping === null || this._unanswered?.length', 'true'],
      ['an answered ping stays', 'this._unanswered?.shift()', 'this._unanswered?.[0]'],
      ['a pattern of an object matches null', "if (!message || typeof message !== 'object') return false", ''],
    ],
  },
]

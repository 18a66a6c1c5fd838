/** Mutants of the layer `session`. Rules of the protocol are removed in `packages/server/test/property/rules`, too. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const tests = ['core/test/session/']

export const sessionMutants: readonly MutatedFile[] = [
  {
    file: 'core/src/session/deliver.ts',
    tests,
    mutants: [
      ['the timer of a delivery stays', '() => clock.clearTimeout(timer)', '() => {}'],
      [
        'the listener of a settled delivery stays on the signal',
        'stop()\n          if (error === undefined)',
        'if (error === undefined)',
      ],
      ['a signal that has aborted already is ignored', 'if (signal?.aborted) throw reasonOf(signal)', ''],
      ['a request waits forever', 'timeout = expectsReply ? 10_000 : 0', 'timeout = 0'],
      ['an invalid channel is sent', 'for (const label of [idem, ch])', 'for (const label of [idem])'],
      ['a delivery has no reply requested', 'rq: expectsReply ? 1 : undefined', 'rq: undefined'],
    ],
  },
  {
    file: 'core/src/session/deliveries.ts',
    tests,
    mutants: [
      ['one message too many waits', 'list.length >= limit', 'list.length > limit'],
      ['a message that fills the bound is refused', 'added.bytes) > bytes', 'added.bytes) >= bytes'],
      ['settled messages count against the bound', 'waiting = waiting.filter(({ isSettled }) => !isSettled)', ''],
      ['a settled delivery is settled again', 'if (!delivery.isSettled) delivery.settle', 'delivery.settle'],
      ['acknowledged messages are kept', 'sent = sent.filter(({ isAcked, isSettled }) => !isSettled || !isAcked)', ''],
      ['an acknowledgement of the future is accepted', 'if (seq <= lastSeq) ack(seq)', 'ack(seq)'],
      ['a message that was given up is sent', 'if (next.isSettled) continue', ''],
      ['a frame that is too long is sent', 'byteLength(frame) > maxBytes()', 'false'],
      [
        'a frame of exactly the longest length is refused',
        'byteLength(frame) > maxBytes()',
        'byteLength(frame) >= maxBytes()',
      ],
      [
        'everything is sent without back-pressure',
        'if (ahead[0] && exceeds(ahead, next, IN_FLIGHT) && !next.isSettled) break',
        '',
      ],
      ['messages stay after the end', 'sent = []\n      waiting = []\n    },', '},'],
      ['a key is trusted after it was forgotten', 'now() - sentAt! < KEY_LIFETIME', 'true'],
      [
        'a message that was sent counts as not sent',
        'delivery.seq ? new UnknownOutcomeError',
        'false ? new UnknownOutcomeError',
      ],
      ['a reply that was answered is asked for again', 'expectsReply && !isSettled).map', 'expectsReply).map'],
      ['a refusal of a delivery without a reply is ignored', '(expectsReply || refusal))', 'expectsReply)'],
      ['an acknowledgement sends nothing more', 'ack(seq)\n      sendWaiting()', 'ack(seq)'],
    ],
  },
  {
    file: 'core/src/session/frames.ts',
    tests,
    mutants: [
      ['a name of 256 bytes is refused', 'byteLength(name) <= 256', 'byteLength(name) < 256'],
      ['an empty name is accepted', "typeof name === 'string' && name && ", "typeof name === 'string' && "],
      [
        'a negative count is accepted',
        'Number.isSafeInteger(value) && (value as number) >= 0',
        'Number.isSafeInteger(value)',
      ],
      ['a list of members that is no list is accepted', 'Array.isArray(list)', 'true'],
      ['text that is no JSON throws', '} catch {\n    return {}', '} catch (error) {\n    throw error'],
      ['a long message is sent', 'if (mayBeTooLong && byteLength(text) > maxBytes)', 'if (false)'],
    ],
  },
  {
    file: 'core/src/session/protocol.ts',
    tests,
    mutants: [
      ['events are emitted after dispose()', 'if (this.isDisposed) return', ''],
      [
        'frames are sent before `welcome`',
        'this._wasWelcomed && this._link!.canSendFrames',
        '!!this._link?.canSendFrames',
      ],
      ['a new connection needs no `welcome`', 'this._wasWelcomed = false', ''],
      ['a closed client resumes its session', 'this.sessionId = this._key = undefined', ''],
      ['a refused token is never final', 'this._refusals++', ''],
      ['refusals count after a welcome', 'this._key = key\n    this._refusals = 0', 'this._key = key'],
      ['refusals count after the end', 'this._refusals = this._unansweredHellos = 0', ''],
      [
        'a takeover by a late `hello` of its own is final',
        'if (code === REPLACED && this._unansweredHellos > 0)',
        'if (false)',
      ],
      ['every takeover is its own', 'code === REPLACED && this._unansweredHellos > 0', 'code === REPLACED'],
      [
        'a `hello` that was answered counts as unanswered',
        'this._unansweredHellos--\n    this._maxBytes',
        'this._maxBytes',
      ],
      ['the range of `bye` is forgotten', 'close.reason || this._retryHint', 'close.reason'],
      ['the range of an earlier `bye` is used', "this._retryHint = ''\n    if (!hasSession)", 'if (!hasSession)'],
      [
        'an error of a handler is lost',
        'if (isResumed) for (const [seq, refusal]',
        'if (!isResumed) for (const [seq, refusal]',
      ],
      ['a resume is emitted for a new session', 'resumed === true && sid === this.sessionId', 'resumed === true'],
      [
        'a server without sessions leaves deliveries waiting',
        "return this.deliveries.end(new NoSessionError('the server has no sessions'))",
        'return',
      ],
      ['a `pong` does not count as a reply', "activity(t === 'pong')", 'activity(false)'],
    ],
  },
  {
    file: 'core/src/session/sessionLink.ts',
    tests,
    mutants: [
      ['the socket of an earlier dial stays', 'this._inner?.abandon()\n    const dialNumber', 'const dialNumber'],
      ['a socket that was given up during its dial stays', 'else link.abandon()', ''],
      [
        'events of a link that was given up arrive',
        'dialNumber === this._dialNumber && !this._isAbandoned',
        'dialNumber === this._dialNumber',
      ],
      [
        'events of an earlier dial arrive',
        'dialNumber === this._dialNumber && !this._isAbandoned',
        '!this._isAbandoned',
      ],
      ['the server keeps nothing for a client that returns', 'code ?? (this._hasSession ? AWAY : undefined)', 'code'],
      [
        'the protocol keeps a link that was given up',
        'this._isAbandoned = true\n    this._transport.protocol.detach()',
        'this._isAbandoned = true',
      ],
      [
        'frames are sent on a closing link',
        'this._transport.protocol.detach()\n    this._inner!.close',
        'this._inner!.close',
      ],
      ['a constructor that throws ends the offer', " && close.cause !== 'provider'", ''],
    ],
  },
  {
    file: 'core/src/session/sessionTransport.ts',
    tests,
    mutants: [
      ['a late token dials', 'if (signal.aborted) return', ''],
      [
        'a token function that throws ends nothing',
        'new Promise<string>((resolve) => resolve(getToken(context))).then(connect, fail)',
        'new Promise<string>((resolve) => resolve(getToken(context))).then(connect, () => {})',
      ],
      [
        'a server that has sent `welcome` is probed again',
        'this.isSupportKnown &&= this.offers',
        'this.isSupportKnown = false',
      ],
      [
        'a plain server is never probed again',
        'this.isSupportKnown &&= this.offers\n    this.offers = true',
        'this.isSupportKnown &&= this.offers',
      ],
    ],
  },
  {
    file: 'core/src/session/streamCursors.ts',
    tests,
    mutants: [
      ['a duplicate is delivered', 'offset <= at.offset) return', 'offset < at.offset) return'],
      ['a missing message is ignored', 'if (offset > at.offset + 1) return gap(stream, cursor, at)', ''],
      ['a second gap resumes forever', 'if (cursor.gap === at)', 'if (false)'],
      [
        'a gap that is suspected once ends the connection',
        'suspectedGap && suspectedGap === cursor.suspectedGap',
        'cursor.suspectedGap',
      ],
      [
        'a suspicion stays after a resume',
        'cursor.suspectedGap = undefined\n        return undefined',
        'return undefined',
      ],
      [
        'a stream that is denied is asked for again',
        'cursors.delete(stream)\n        return { stream, reason: why',
        'return { stream, reason: why',
      ],
      ['another epoch is not noticed', "at.epoch !== epoch ? 'epoch' : ", ''],
      ['an offset that goes back is not noticed', "top < at.offset && 'ahead'", "top < 0 && 'ahead'"],
    ],
  },
  {
    file: 'core/src/session/streams.ts',
    tests,
    mutants: [
      ['an answer to an earlier `sub` counts', 'if (open > 1) return undefined', ''],
      ['a stream that was left meanwhile stays joined', 'unsubscribe(stream) // left meanwhile\n', ''],
      [
        'a stream that the application joins is released by a view',
        'acquired.delete(stream)\n      if (!cursors.has(stream)) start(stream)',
        'if (!cursors.has(stream)) start(stream)',
      ],
      ['a stream is acquired twice', 'if (cursors.has(stream)) return\n', ''],
      [
        'unanswered requests stay from the last connection',
        'unanswered = new Map(all.map((stream) => [stream, 1]))',
        '',
      ],
      ['a stream without an answer is not asked for again', 'missing.forEach(subscribe)', ''],
      ['losses of a `welcome` are not reported', 'return () => losses.forEach(emit)', 'return () => {}'],
      ['leave() of a stream that is not followed sends', 'if (wasFollowed) unsubscribe(stream)', 'unsubscribe(stream)'],
    ],
  },
]

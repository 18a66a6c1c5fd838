/** Mutants of the layers `state`, `client` and `views`. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

export const clientMutants: readonly MutatedFile[] = [
  {
    file: 'core/src/state/refCount.ts',
    tests: ['core/test/unit/refCount', 'core/test/lifecycle/lazy'],
    mutants: [
      ['a user can be removed twice', 'if (!isReleased) this._release()', 'this._release()'],
      ['a user whose dial is not possible is counted', 'this._users-- // no dial is possible', ''],
      [
        'a new user does not stop the end',
        'retain(): () => void {\n    this._stopLingering()',
        'retain(): () => void {',
      ],
      ['users are counted after the end', 'this._users = Infinity', ''],
      ['the timer stays after the end', 'stop(): void {\n    this._stopLingering()', 'stop(): void {'],
      [
        'a user of the same tick does not stop the end',
        'if (this._isLingering) this._host.unused()',
        'this._host.unused()',
      ],
      ['the timer of the last user stays', 'this._host.clock.clearTimeout(this._handle)', ''],
    ],
  },
  {
    file: 'core/src/state/pace.ts',
    tests: ['core/test/rendering/'],
    mutants: [
      ['an animation frame stays requested', 'if (frame) cancelAnimationFrame(frame)', ''],
      ['the timer of a frame stays', 'clock.clearTimeout(timer)', ''],
      ['frames are requested without subscribers', 'if (!this._throttled.size) return', ''],
      [
        'the timer of an ended frame stays',
        'this._cancel?.()\n        this._cancel = undefined\n        if (this.pending)',
        'this._cancel = undefined\n        if (this.pending)',
      ],
      ['a change within a frame is lost', 'if (this.pending) this._startFrame()', ''],
      ['changes of a hidden page are lost', 'if (wasPending) this._startFrame()', ''],
      ['a frame that is never drawn is awaited', 'drawsFrames ? LONGEST_FRAME : ', 'drawsFrames ? 1e9 : '],
      ['a frame in progress is not stopped', 'stop(): void {\n    this._cancel?.()', 'stop(): void {'],
    ],
  },
  {
    file: 'core/src/state/emitter.ts',
    tests: [
      'core/test/messaging/listeners',
      'core/test/robustness/',
      'core/test/rendering/dispose',
      'core/test/lifecycle/calls',
    ],
    mutants: [
      ['events are emitted after `dispose`', 'this._isStopped = true', ''],
      ['listeners stay after `dispose`', 'this._listeners?.clear()', ''],
      ['only the first error is reported', 'this._print(thrown)\n    this._isReporting = false', 'this._print(thrown)'],
      ['an error listener that throws is called forever', 'this._isReporting = true', ''],
      ['each error is printed', 'if (this._printed?.includes(kind)) return', ''],
      [
        'an error that a listener receives is printed',
        "!this.emit('error', this.error) && !isNetwork",
        'this.emit, !isNetwork',
      ],
      ['errors of the network are printed', ' && !isNetwork) this._print', ') this._print'],
    ],
  },
  {
    file: 'core/src/state/snapshot.ts',
    tests: ['core/test/rendering/', 'core/test/robustness/footprint'],
    mutants: [
      ['the history is never trimmed', '!log.length || log.length >= 2 * history', '!log.length'],
      ['a client without history keeps messages', 'if (history < 1) return', ''],
      [
        'subscribers are notified although nothing has changed',
        'if (before && Object.entries(this._host.connectionState()).every(([name, value]) => value === before[name])) return',
        '',
      ],
      [
        'a snapshot has a message more than its history',
        'Math.max(0, end - this._host.settings.history)',
        'Math.max(0, end - this._host.settings.history - 1)',
      ],
      ['messages of an old snapshot grow', 'history), end))', 'history)))'],
      [
        'the messages of the previous snapshot stay',
        'this._log!.push(message)\n    this._getMessages = undefined',
        'this._log!.push(message)',
      ],
      ['a frame is left after the end', 'this._pacer?.stop()', ''],
    ],
  },
  {
    file: 'core/src/client/opened.ts',
    tests: ['core/test/lifecycle/opened', 'core/test/robustness/footprint'],
    mutants: [
      ['a listener stays', 'removeListener()\n', ''],
      ['a waiting call stays in the set', 'opening.delete(settle)', ''],
      ['the timer stays', 'clock.clearTimeout(timer)', ''],
      ['a disposed client is waited for', 'host.isDisposed || ', ''],
      ['nothing is cleaned up', 'opened.finally(stop)', 'opened'],
      ['an open client is not noticed', 'reject,\n    )\n    settle()', 'reject,\n    )'],
    ],
  },
  {
    file: 'core/src/client/messages.ts',
    tests: ['core/test/messaging/messages'],
    mutants: [
      ['an iteration of a disposed client never ends', 'if (isDisposed) end()', ''],
      [
        'an iteration does not end with the client',
        "if (type === 'dispose' || (type === 'status' && value === 'closed')) end()",
        '',
      ],
      ['the listener of an iteration stays', '() => stop?.()', '() => {}'],
    ],
  },
  {
    file: 'core/src/client/onConnect.ts',
    tests: ['core/test/lifecycle/onConnect'],
    mutants: [
      ['a message is sent after the connection has ended', 'if (signal.aborted) throw reasonOf(signal)', ''],
      ['a second waiting receive() ends the process', 'message.catch(() => {})', 'void message'],
      [
        'receive() waits after the end of the connection',
        "signal.addEventListener('abort', () => end(reasonOf(signal)))",
        '',
      ],
      ['receive() waits after the end of `onConnect`', "end(new Error('onConnect has finished'))", ''],
      ['receive() after the end waits forever', 'else reject(endReason)', ''],
    ],
  },
  {
    file: 'core/src/client/clientRuntime.ts',
    tests: [
      'core/test/lifecycle/',
      'core/test/messaging/',
      'core/test/robustness/',
      'core/test/session/',
      'core/test/rendering/dispose',
    ],
    mutants: [
      [
        'a message that a `drop` listener leaves in a disposed client stays',
        'this._outbox.clear() // a `drop` listener disposed the client',
        '',
      ],
      [
        'a second dispose() emits again',
        'if (this.isDisposed) return\n    this.isDisposed = true',
        'this.isDisposed = true',
      ],
      ['retain() opens a disposed client', '!this.isDisposed && canDial', 'canDial'],
      [
        'queued messages stay after a release',
        "this.engine.post({ type: 'release' })\n    this._outbox?.clear()",
        "this.engine.post({ type: 'release' })",
      ],
      ['the timer of a lazy client stays after dispose()', 'this._refCount?.stop()', ''],
      ['a frame stays after dispose()', 'this.snapshots.stop()', ''],
      ['deliveries stay after dispose()', 'this.session?.end(true)', ''],
      ['deliveries stay after close()', 'this.session?.end(false)', ''],
      ['opened() waits after close()', 'for (const settle of this.opening ?? []) settle()', ''],
      [
        'subscribers are notified after dispose()',
        'if (!this.isDisposed) this.snapshots.notifyMessage()',
        'this.snapshots.notifyMessage()',
      ],
      [
        'the heartbeat of the previous connection takes replies',
        'this.heartbeat = undefined // that of the previous connection must not take replies of this one',
        '',
      ],
      ['a reason of 123 bytes is refused', 'byteLength(reason) <= 123', 'byteLength(reason) < 123'],
    ],
  },
  {
    file: 'core/src/views/messageList.ts',
    tests: ['core/test/rendering/messageList', 'core/test/rendering/streamView'],
    mutants: [
      ['messages are collected without a subscriber', 'removeListener()', ''],
      ['the client is subscribed to without a subscriber', 'removeListener()\n      unsubscribe()', 'removeListener()'],
      [
        'a list collects nothing after its first subscriber has gone',
        'disconnect?.()\n        disconnect = undefined',
        'disconnect?.()',
      ],
      [
        'messages before the last subscriber left are lost',
        'disconnect = undefined\n        commit()',
        'disconnect = undefined',
      ],
      [
        'pending messages are kept without a bound',
        'if (pending.length >= 2 * limit) pending = pending.slice(-limit)',
        '',
      ],
      [
        'a list is one entry too long',
        'entries.length + added.length - limit)',
        'entries.length + added.length - limit - 1)',
      ],
      ['a message that select() leaves out is an entry', 'if (row === undefined) return', ''],
      [
        'subscribers are notified without a change',
        'if (commit()) listeners.call()',
        'commit()\n      listeners.call()',
      ],
      ['clear() of an empty list notifies', 'if (!entries.length) return', ''],
      ['clear() keeps pending messages', 'clear: () => {\n      pending = []', 'clear: () => {'],
      ['the first of two subscribers ends the list', 'if (listeners.size) return', ''],
      [
        'more pending messages than the limit are added',
        'const added = pending.slice(-limit)',
        'const added = pending',
      ],
    ],
  },
  {
    file: 'core/src/views/streamView.ts',
    tests: ['core/test/rendering/streamView'],
    mutants: [
      ['the list has a hole after a time without a subscriber', 'if (wasJoined) clear()', ''],
      ['the stream is not left', 'acquired.release()', ''],
      ['listeners stay after the last subscriber', 'for (const unsubscribe of unsubscribers) unsubscribe()', ''],
      ['the first of two subscribers leaves the stream', 'if (listeners.size) return', ''],
      ['the stream is never joined again', 'leave?.()\n        leave = undefined', 'leave?.()'],
      ['events of other streams are shown', '(value as Events[Type]).stream === stream', 'value'],
      ['clear() keeps the resync', 'resync = undefined\n    list.clear()', 'list.clear()'],
      [
        'subscribers are notified without a change',
        'if (messages === state.messages && members === state.members && resync === state.resync) return',
        '',
      ],
      [
        'a callback reads the state before its event',
        'resync = event\n        update()\n        options.onResync?.(event)',
        'resync = event\n        options.onResync?.(event)\n        update()',
      ],
    ],
  },
  {
    file: 'core/src/views/acquireStream.ts',
    tests: [
      'core/test/rendering/streamView',
      'core/test/session/temporaryJoins',
      'vue/test/useStream',
      'vue/test/contract',
    ],
    mutants: [
      ['a view that is remounted leaves the stream in between', 'queueMicrotask(leaveIfUnused)', 'leaveIfUnused()'],
      ['a stream that is used again is left', 'if (shared.users || byName', 'if (byName'],
      [
        'a stream that the application has joined is forgotten',
        ' || !leaveIfTemporary(client, stream)) return',
        ') return\n    leaveIfTemporary(client, stream)',
      ],
      ['listeners of a stream that was left stay', 'shared.unsubscribe()\n', ''],
      ['the members of a stream that was left stay', 'byName.delete(stream)', ''],
      ['members who left stay', 'for (const { id } of left) membersById.delete(id)', ''],
      ['a complete list adds to the old one', 'shared.membersById = new Map()', 'shared.membersById ??= new Map()'],
      ['members stay after access was denied', 'shared.membersById = undefined\n      shared.members = NO_MEMBERS', ''],
      [
        'changes before the complete list are shown',
        'if (!membersById) return\n',
        'if (!membersById) return void (shared.members = joined)\n',
      ],
      ['members of another stream are shown', 'if (name !== stream) return\n      if (members)', 'if (members)'],
      [
        'only one listener of a stream is removed',
        'unsubscribers.forEach((unsubscribe) => unsubscribe())',
        'unsubscribers[0]!()',
      ],
    ],
  },
]

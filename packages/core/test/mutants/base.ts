/** Mutants of the layers `base` and `transport`. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

export const baseMutants: readonly MutatedFile[] = [
  {
    file: 'core/src/base/environment.ts',
    tests: ['core/test/lifecycle/environment', 'core/test/robustness/leaks', 'core/test/robustness/incompletePlatform'],
    mutants: [
      [
        'listeners of the capture phase stay on the page',
        "return () => {\n        for (const type of EVENTS) removeEventListener(type, handle, type !== 'focus')",
        'return () => {\n        for (const type of EVENTS) removeEventListener(type, handle)',
      ],
      [
        'listeners stay on the page',
        "return () => {\n        for (const type of EVENTS) removeEventListener(type, handle, type !== 'focus')",
        'return () => {',
      ],
      [
        'a client that ends during `pagehide` leaves listeners',
        "removeEventListener(type, handle, type !== 'focus')\n        for (const type of AFTER_PAGEHIDE) removeEventListener(type, hide)",
        "removeEventListener(type, handle, type !== 'focus')",
      ],
      [
        '`hide` is reported twice',
        "for (const type of AFTER_PAGEHIDE) removeEventListener(type, hide)\n        listener('hide')",
        "listener('hide')",
      ],
      [
        'the focus of every field is a wake',
        "addEventListener(type, handle, type !== 'focus')\n      return",
        'addEventListener(type, handle, true)\n      return',
      ],
      ['any event of a hidden page means hidden', 'isHidden && MAY_BE_HIDDEN.test(type)', 'isHidden'],
      ['the end of a hidden page is not reported', 'else if (isHidden) hide()', ''],
      ['a platform without `onLine` counts as offline', 'onLine !== false', 'onLine === true'],
      [
        'a platform with half of the listener functions throws',
        '!addEventListener || !removeEventListener',
        '!addEventListener',
      ],
    ],
  },
  {
    file: 'core/src/base/listeners.ts',
    tests: [
      'core/test/unit/listeners',
      'core/test/messaging/listeners',
      'core/test/messaging/messages',
      'core/test/lifecycle/opened',
    ],
    mutants: [
      [
        'a listener that is removed during a call is called',
        'entry.listener = undefined\n      this._entries = this._entries.filter',
        'this._entries = this._entries.filter',
      ],
      ['a removed listener keeps its place', 'this._entries = this._entries.filter((other) => other !== entry)', ''],
      ['a listener stays on the signal', "signal?.removeEventListener('abort', abort)", ''],
      ['a signal that has aborted already is ignored', 'if (signal?.aborted) abort()', ''],
      ['an abort of the signal is ignored', "signal?.addEventListener('abort', abort)", ''],
      ['an abort removes nothing', 'stop()\n    aborted?.', 'aborted?.'],
      ['listeners are called after `clear()`', 'for (const entry of this._entries) entry.listener = undefined', ''],
      [
        '`clear()` keeps the listeners in memory',
        'entry.listener = undefined\n    this._entries = []',
        'entry.listener = undefined',
      ],
      ['listeners of one type are called for every type', 'else if (only === type)', 'else'],
      ['a listener that is added during a call is called', 'index < entries.length', 'index < this._entries.length'],
      ['a signal without a reason has none', "reason = new Error('aborted')", 'reason'],
    ],
  },
  {
    file: 'core/src/base/fifo.ts',
    tests: ['core/test/unit/fifo', 'core/test/unit/queue'],
    mutants: [
      ['items are returned twice', 'this._added = []\n    }', '}'],
      ['the newest item is the first', 'this._next.at(-1)', 'this._next.at(0)'],
      ['the size counts only added items', 'this._added.length + this._next.length', 'this._added.length'],
    ],
  },
  {
    file: 'core/src/base/clock.ts',
    tests: [
      'core/test/lifecycle/time',
      'core/test/lifecycle/dialling',
      'core/test/session/deliveries',
      'core/test/session/deliver',
      'core/test/robustness/wrongOptions',
    ],
    mutants: [
      ['a long delay fires at once', 'Math.min(delay, LONGEST_DELAY)', 'delay'],
      [
        'ages stand still while the computer sleeps',
        'Math.max(monotonicNow(clock), clock.now() + ahead)',
        'monotonicNow(clock)',
      ],
      [
        'ages shrink when the wall clock is set back',
        'Math.max(monotonicNow(clock), clock.now() + ahead)',
        'clock.now() + ahead',
      ],
      ['the least value is refused', 'value >= least', 'value > least'],
    ],
  },
  {
    file: 'core/src/base/errors.ts',
    tests: ['core/test/robustness/', 'core/test/lifecycle/provider'],
    mutants: [
      ['an error contains a long value', 'value.slice(0, 99)', 'value'],
      ['an error contains a URL', ".replace(/\\w+:\\/\\/\\S+/g, '...')", ''],
      ['an error lists all keys', '.slice(0, 9)', ''],
      ['an error without a message has no text', 'message || code || thrown', 'message'],
    ],
  },
  {
    file: 'core/src/base/guard.ts',
    tests: ['core/test/unit/guard', 'core/test/robustness/throwing'],
    mutants: [
      ['an error of a callback is lost', 'reporter.report(error)', ''],
      [
        'a callback gets an argument more',
        'first === undefined ? callback?.() : callback?.(first)',
        'callback?.(first)',
      ],
    ],
  },
  {
    file: 'core/src/transport/webSocketTransport.ts',
    tests: ['core/test/lifecycle/', 'core/test/robustness/', 'core/test/realServer/client.test'],
    mutants: [
      [
        'messages arrive while the socket closes',
        'this.socket!.onmessage = null\n    this.socket!.close',
        'this.socket!.close',
      ],
      ['handlers stay on an abandoned socket', 'socket.onopen = socket.onmessage = socket.onclose = null', ''],
      ['an error of an abandoned socket ends the process', 'socket.onerror = () => {}', 'socket.onerror = null'],
      [
        'an open socket keeps a handler',
        'socket.onopen = null // not needed any more, and a server may hold thousands of sockets\n',
        '',
      ],
      [
        'a failed dial without a close event waits for the timeout',
        'if (socket.readyState === CONNECTING) sink.closed',
        'if (socket.readyState === OPEN) sink.closed',
      ],
      ['a mock that is open from the start stays connecting', 'if (socket.readyState === OPEN) opened()', ''],
      ['an error contains a subprotocol', ".replace(/(['\"])[^]*?\\1/g, '...')", ''],
      ['`binaryType` is ignored', 'if (binaryType) socket.binaryType = binaryType', ''],
      ['a dial that has no socket throws when it is abandoned', 'if (!socket) return', ''],
      ['a closing socket counts as ready', 'readyState === OPEN\n  }', 'readyState !== 0\n  }'],
    ],
  },
  {
    file: 'core/src/transport/dial.ts',
    tests: [
      'core/test/lifecycle/provider',
      'core/test/lifecycle/address',
      'core/test/lifecycle/dialling',
      'core/test/robustness/',
    ],
    mutants: [
      ['a rejected URL stays unhandled when the protocols throw', 'void Promise.allSettled(parts)', 'void 0'],
      ['an error contains credentials', '[?#].*|[^/]*@', '[?#].*'],
      ['an error contains the query', '[?#].*|[^/]*@', '[^/]*@'],
      ['a URL with a fragment is accepted', 's?:\\/\\/[^#]+$/i', 's?:\\/\\/.+$/i'],
      ['a rejected provider is not reported', '.catch(failed)', '.catch(() => {})'],
      [
        'a rejection does not name its function',
        '?.then?.(undefined, failed) ?? answer',
        '?.then?.(undefined) ?? answer',
      ],
    ],
  },
  {
    file: 'core/src/transport/closeCodes.ts',
    tests: ['core/test/unit/closeCodes', 'core/test/lifecycle/dialling'],
    mutants: [
      ['3500 is not final', '[34][5-9]..', '4[5-9]..'],
      ['3400 is final', '[34][5-9]..', '[34][4-9]..'],
      ['1011 is final', '100[0237-9]|1010', '100[0237-9]|101[01]'],
      ['1006 is final', '100[0237-9]', '100[02367-9]'],
    ],
  },
  {
    file: 'core/src/transport/frame.ts',
    tests: ['core/test/unit/queue', 'core/test/robustness/', 'core/test/messaging/queue'],
    mutants: [
      [
        'the bytes of a blob are not counted',
        '(frame as Blob).size ?? (frame as ArrayBuffer).byteLength',
        '(frame as ArrayBuffer).byteLength',
      ],
      ['text without an encoder has a byte per unit', "(char[1] ? '1234' : char < '\\u0800' ? '12' : '123')", "'1'"],
    ],
  },
]

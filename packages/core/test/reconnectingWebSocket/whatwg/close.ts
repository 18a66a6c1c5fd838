/** WHATWG WebSockets, `close(code, reason)`, the closing handshake and the close event. */

import { type Case, type Subject, closeOf, eventsUntilClose, next, task, thrown, untyped } from './cases.ts'

/** The code that the server receives, or what `close` throws. */
const serverReceives =
  (...args: unknown[]) =>
  async ({ WebSocket, createEndpoint }: Subject): Promise<number | string> => {
    const { url, read } = createEndpoint()
    const socket = new WebSocket(url)
    await next(socket, 'open')
    const error = thrown(() => Reflect.apply(socket.close, socket, args))
    if (error !== 'nothing') return error
    await next(socket, 'close')
    let { closes } = await read()
    while (closes.length === 0) ({ closes } = await read())
    return closes[0]!
  }

const invalid = 'InvalidAccessError'

/** [arguments, the code that the server receives, or the error] */
const codes: [string, unknown[], number | string][] = [
  ['no arguments', [], 1005],
  ['undefined', [undefined], 1005],
  ['undefined twice', [undefined, undefined], 1005],
  ['1000', [1000], 1000],
  ['3000', [3000], 3000],
  ['3999', [3999], 3999],
  ['4000', [4000], 4000],
  ['4999', [4999], 4999],
  ['"1000"', ['1000'], 1000],
  ['" 3000 "', [' 3000 '], 3000],
  ['"0xfa0"', ['0xfa0'], 4000],
  ['1000.4', [1000.4], 1000],
  ['999.5, which rounds to the even number', [999.5], 1000],
  ['1000.5, which rounds to the even number', [1000.5], 1000],
  ['2999.5, which rounds to the even number', [2999.5], 3000],
  ['3000.5, which rounds to the even number', [3000.5], 3000],
  ['3001.5, which rounds to the even number', [3001.5], 3002],
  ['4998.6', [4998.6], 4999],
  ['an object with valueOf', [{ valueOf: () => 4001 }], 4001],
  ['an array of one number', [[4002]], 4002],
  ['1000.6', [1000.6], invalid],
  ['2999.4', [2999.4], invalid],
  ['4999.5, which rounds to the even number', [4999.5], invalid],
  ['0', [0], invalid],
  ['-1', [-1], invalid],
  ['500', [500], invalid],
  ['999', [999], invalid],
  ['1001', [1001], invalid],
  ['1004', [1004], invalid],
  ['1005', [1005], invalid],
  ['1006', [1006], invalid],
  ['1011', [1011], invalid],
  ['1015', [1015], invalid],
  ['2999', [2999], invalid],
  ['5000', [5000], invalid],
  ['65535', [65535], invalid],
  ['66536, which is clamped and not wrapped', [66_536], invalid],
  ['-64536, which is clamped and not wrapped', [-64_536], invalid],
  ['Infinity', [Infinity], invalid],
  ['NaN', [NaN], invalid],
  ['null', [null], invalid],
  ['true', [true], invalid],
  ['"reason"', ['reason'], invalid],
  ['an empty string', [''], invalid],
  ['an object', [{}], invalid],
  ['a symbol', [Symbol('code')], 'TypeError'],
  ['a BigInt', [1000n], 'TypeError'],
  [
    'an object whose valueOf throws',
    [
      {
        valueOf: () => {
          throw new RangeError('from valueOf')
        },
      },
    ],
    'RangeError',
  ],
]

/** The reason that the close event shows: the server returns the reason of the client. */
const reasonReturned =
  (...args: unknown[]) =>
  async ({ open }: Subject): Promise<unknown> => {
    const socket = await open()
    const error = thrown(() => Reflect.apply(socket.close, socket, args))
    if (error !== 'nothing') return error
    const [code, reason] = await closeOf(socket)
    return [code, reason]
  }

const reasons: [string, unknown[], unknown][] = [
  ['a reason', [1000, 'done'], [1000, 'done']],
  ['a reason of 123 bytes', [1000, 'x'.repeat(123)], [1000, 'x'.repeat(123)]],
  ['a reason of 123 bytes in UTF-8', [3000, '\u20AC'.repeat(41)], [3000, '\u20AC'.repeat(41)]],
  ['an empty reason', [1000, ''], [1000, '']],
  ['undefined as the reason', [1000, undefined], [1000, '']],
  ['null as the reason', [1000, null], [1000, 'null']],
  ['a number as the reason', [1000, 7], [1000, '7']],
  ['lone surrogates', [1000, 'a\uD800b\uDC00'], [1000, 'a\uFFFDb\uFFFD']],
  ['a reason of 124 bytes', [1000, 'x'.repeat(124)], 'SyntaxError'],
  ['a reason of 124 bytes in UTF-8', [1000, `${'\u20AC'.repeat(41)}x`], 'SyntaxError'],
  ['42 lone surrogates, which are 126 bytes', [1000, '\uD800'.repeat(42)], 'SyntaxError'],
  ['a long reason without a code', [undefined, 'x'.repeat(124)], 'SyntaxError'],
  ['an invalid code and a long reason', [999, 'x'.repeat(124)], invalid],
  ['a symbol as the reason', [1000, Symbol('reason')], 'TypeError'],
  ['an invalid code and a symbol as the reason', [999, Symbol('reason')], 'TypeError'],
]

const states = {
  'while connecting': async ({ create }: Subject) => create(),
  'while open': async ({ open }: Subject) => open(),
  'while closing': async ({ openPaused }: Subject) => {
    const { socket } = await openPaused()
    socket.close()
    return socket
  },
  'after close': async ({ open }: Subject) => {
    const socket = await open()
    socket.close()
    await next(socket, 'close')
    return socket
  },
}

export const closeCases: Case[] = [
  ...codes.map(([what, args, expected]): Case => ({
    title: `close() with ${what}: ${expected}`,
    expected,
    observe: serverReceives(...args),
  })),
  ...reasons.map(([what, args, expected]): Case => ({
    title: `close() with ${what}: ${typeof expected === 'string' ? expected : 'valid'}`,
    expected,
    observe: reasonReturned(...args),
  })),
  ...Object.entries(states).map(([when, reach]): Case => ({
    title: `checks code and reason ${when}, and the state stays`,
    expected: [invalid, 'SyntaxError', invalid, true],
    observe: async (subject) => {
      const socket = await reach(subject)
      const state = socket.readyState
      return [
        thrown(() => socket.close(1001)),
        thrown(() => socket.close(1000, 'x'.repeat(124))),
        thrown(() => socket.close(untyped(null))),
        socket.readyState === state,
      ]
    },
  })),
  {
    title: 'the InvalidAccessError is a DOMException with code 15',
    expected: [true, 15],
    observe: async ({ open }) => {
      const socket = await open()
      try {
        socket.close(1)
        return undefined
      } catch (error) {
        return [error instanceof DOMException, (error as DOMException).code]
      }
    },
  },
  {
    title: 'converts the code before the reason, and both before the checks',
    expected: [['code', 'reason'], invalid],
    observe: async ({ open }) => {
      const socket = await open()
      const order: string[] = []
      const code = { valueOf: () => (order.push('code'), 1) }
      const reason = { toString: () => (order.push('reason'), '') }
      const error = thrown(() => socket.close(untyped(code), untyped(reason)))
      return [order, error]
    },
  },
  {
    title: 'close() returns undefined',
    expected: [undefined, undefined],
    observe: async ({ open, create }) => [(await open()).close(), create().close()],
  },
  {
    title: 'close() while open: CLOSING at once, close event later',
    expected: [2, 0, 2, 3],
    observe: async ({ open }) => {
      const socket = await open()
      let closes = 0
      socket.onclose = () => closes++
      socket.close()
      const states = [socket.readyState, closes]
      await Promise.resolve()
      states.push(socket.readyState)
      await next(socket, 'close')
      return [...states, socket.readyState]
    },
  },
  {
    title: 'close() while connecting: CLOSING at once, then error and close 1006 in a later task',
    expected: [2, [], [], ['error 3', 'close 3']],
    observe: async ({ create }) => {
      const socket = create()
      const seen: string[] = []
      for (const type of ['open', 'error', 'close']) {
        socket.addEventListener(type, () => void seen.push(`${type} ${socket.readyState}`))
      }
      socket.close()
      const state = socket.readyState
      const inTheCall = [...seen]
      for (let i = 0; i < 5; i++) await Promise.resolve()
      const inMicrotasks = [...seen]
      await next(socket, 'close')
      await task()
      return [state, inTheCall, inMicrotasks, seen]
    },
  },
  {
    title: 'close() while connecting ignores its code and reason in the event',
    expected: [1006, '', false],
    observe: async ({ create }) => {
      const socket = create()
      socket.close(4000, 'reason')
      return closeOf(socket)
    },
  },
  {
    title: 'close() in the task after the constructor: no open event',
    expected: ['error', 'close'],
    observe: async ({ create }) => {
      const socket = create('/hang')
      const seen = eventsUntilClose(socket, ({ type }) => type)
      await task()
      socket.close()
      return seen
    },
  },
  {
    title: 'close() twice: the first arguments count, and one event is dispatched',
    expected: [[1000, 'first', true], 1],
    observe: async ({ open }) => {
      const socket = await open()
      let closes = 0
      socket.onclose = () => closes++
      socket.close(1000, 'first')
      socket.close(3000, 'second')
      const result = await closeOf(socket)
      socket.close(3001, 'third')
      await task()
      return [result, closes]
    },
  },
  {
    title: 'close() twice while connecting: one error and one close',
    expected: ['error', 'close'],
    observe: async ({ create }) => {
      const socket = create()
      const seen = eventsUntilClose(socket, ({ type }) => type)
      socket.close()
      socket.close()
      const events = await seen
      await task()
      return events
    },
  },
  {
    title: 'close() in an open listener closes cleanly',
    expected: [1000, '', true],
    observe: async ({ create }) => {
      const socket = create()
      socket.onopen = () => socket.close(1000)
      return closeOf(socket)
    },
  },
  {
    title: 'close() in an error listener and in a close listener has no effect',
    expected: ['error', 'close'],
    observe: async ({ create }) => {
      const socket = create('/refuse')
      const types: string[] = []
      for (const type of ['error', 'close']) {
        socket.addEventListener(type, () => {
          types.push(type)
          socket.close()
        })
      }
      await next(socket, 'close')
      await task()
      return types
    },
  },
  {
    title: 'no message arrives after close() in a message listener',
    expected: ['0'],
    observe: async ({ create }) => {
      const socket = create('/burst?n=50')
      const seen: string[] = []
      socket.onmessage = ({ data }) => {
        seen.push(data as string)
        socket.close()
      }
      await next(socket, 'close')
      return seen
    },
  },
  {
    title: 'a close without a code is 1005 and clean',
    expected: [1005, '', true],
    observe: async ({ open }) => {
      const socket = await open()
      socket.close()
      return closeOf(socket)
    },
  },
  {
    title: 'a close of a server without a code is 1005 and clean',
    expected: [1005, '', true],
    observe: async ({ create }) => closeOf(create('/close?code=none')),
  },
  ...[1000, 1001, 1008, 1011, 3000, 3999, 4000, 4999].map((code): Case => ({
    title: `a server closes with ${code} and a reason`,
    expected: [code, 'bye \u20AC', true],
    observe: async ({ create }) => closeOf(create(`/close?code=${code}&reason=${encodeURIComponent('bye \u20AC')}`)),
  })),
  {
    title: 'a cut connection is 1006 and not clean',
    expected: [1006, '', false],
    observe: async ({ create }) => closeOf(create('/cut')),
  },
  {
    title: 'a refused handshake is 1006 and not clean',
    expected: [1006, '', false],
    observe: async ({ create }) => closeOf(create('/refuse?status=403')),
  },
  {
    title: 'a port without a server is 1006 and not clean',
    expected: [1006, '', false],
    observe: async ({ WebSocket }) => closeOf(new WebSocket('ws://127.0.0.1:9001/')),
  },
  {
    title: 'a frame that violates the protocol is 1006 and not clean',
    expected: [1006, '', false],
    observe: async ({ create }) => closeOf(create('/invalid')),
  },
  {
    title: 'a server that closes during CLOSING ends the handshake',
    expected: [1000, '', true],
    observe: async ({ openPaused }) => {
      const { socket, endpoint } = await openPaused()
      socket.close(1000)
      const close = closeOf(socket)
      await endpoint.command({ do: 'resume' })
      return close
    },
  },
]

/** WHATWG WebSockets, `send(data)` and `bufferedAmount`. */

import { type Case, type Subject, echoed, next, task, thrown, until, untyped } from './cases.ts'

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values)

/** [what is sent, the value, the message that arrives] */
const messages: [string, () => unknown, string | number[]][] = [
  ['text', () => 'text', 'text'],
  ['an empty string', () => '', ''],
  ['text with every size of character', () => 'a\u00E9\u20AC\u{1F600}', 'a\u00E9\u20AC\u{1F600}'],
  ['a NUL character', () => 'a\0b', 'a\0b'],
  ['lone surrogates', () => 'a\uD800b\uDC00\uDC00', 'a\uFFFDb\uFFFD\uFFFD'],
  ['text of 70 000 characters', () => 'x'.repeat(70_000), 'x'.repeat(70_000)],
  ['null', () => null, 'null'],
  ['undefined', () => undefined, 'undefined'],
  ['a number', () => 4.5, '4.5'],
  ['a boolean', () => false, 'false'],
  ['an object', () => ({ a: 1 }), '[object Object]'],
  ['an object with toString', () => ({ toString: () => 'from toString' }), 'from toString'],
  ['an array', () => [1, 2], '1,2'],
  ['a function', () => Object.assign(() => {}, { toString: () => 'f' }), 'f'],
  ['an ArrayBuffer', () => bytes(0, 1, 255).buffer, [0, 1, 255]],
  ['an empty ArrayBuffer', () => new ArrayBuffer(0), []],
  ['a Uint8Array', () => bytes(1, 2, 3), [1, 2, 3]],
  ['a part of a buffer', () => new Uint8Array(bytes(0, 1, 2, 3, 4).buffer, 1, 3), [1, 2, 3]],
  ['a DataView with an offset', () => new DataView(bytes(9, 8, 7).buffer, 1), [8, 7]],
  ['a Uint16Array', () => new Uint16Array(bytes(1, 2, 3, 4).buffer, 2), [3, 4]],
  ['a Float64Array', () => new Float64Array([0]), [0, 0, 0, 0, 0, 0, 0, 0]],
  ['a Uint8ClampedArray', () => Uint8ClampedArray.of(300), [255]],
  ['a BigInt64Array', () => BigInt64Array.of(0n), [0, 0, 0, 0, 0, 0, 0, 0]],
  ['a Blob', () => new Blob([bytes(1, 2), 'a']), [1, 2, 97]],
  ['an empty Blob', () => new Blob([]), []],
  ['a File', () => new File(['ab'], 'name.txt'), [97, 98]],
  ['a slice of a Blob', () => new Blob([bytes(1, 2, 3)]).slice(1), [2, 3]],
]

const sharedBuffer = (): SharedArrayBuffer | undefined =>
  new WebAssembly.Memory({ shared: true, initial: 1, maximum: 1 }).buffer as unknown as SharedArrayBuffer

/** bufferedAmount after one `send`, in the same task. */
const amountAfter =
  (data: () => unknown) =>
  async ({ openPaused }: Subject): Promise<number> => {
    const { socket } = await openPaused()
    socket.send(untyped(data()))
    return socket.bufferedAmount
  }

export const sendCases: Case[] = [
  ...messages.map(([what, value, expected]): Case => ({
    title: `sends ${what}`,
    expected,
    observe: async ({ open }) => {
      const socket = await open()
      return echoed(socket, () => socket.send(untyped(value())))
    },
  })),
  {
    title: 'throws an InvalidStateError while connecting, for every kind of data',
    expected: ['InvalidStateError', 'InvalidStateError', 'InvalidStateError', 'InvalidStateError', 0],
    observe: ({ create }) => {
      const socket = create()
      const data = ['x', bytes(1), bytes(1).buffer, new Blob(['x'])]
      return [...data.map((value) => thrown(() => socket.send(value))), socket.bufferedAmount]
    },
  },
  {
    title: 'the InvalidStateError is a DOMException with code 11',
    expected: [true, 11],
    observe: ({ create }) => {
      try {
        create().send('x')
        return undefined
      } catch (error) {
        return [error instanceof DOMException, (error as DOMException).code]
      }
    },
  },
  {
    title: 'requires an argument, and checks that before the state',
    expected: ['TypeError', 'TypeError'],
    observe: async ({ create }) => {
      const socket = create()
      const send = (): void => Reflect.apply(socket.send, socket, [])
      const connecting = thrown(send)
      await next(socket, 'open')
      return [connecting, thrown(send)]
    },
  },
  {
    title: 'converts its argument before it checks the state',
    expected: ['TypeError', 'RangeError'],
    observe: ({ create }) => {
      const socket = create()
      const toString = (): never => {
        throw new RangeError('from toString')
      }
      return [Symbol('data'), { toString }].map((value) => thrown(() => socket.send(untyped(value))))
    },
  },
  {
    title: 'throws a TypeError for a symbol',
    expected: 'TypeError',
    observe: async ({ open }) => {
      const socket = await open()
      return thrown(() => socket.send(untyped(Symbol('data'))))
    },
  },
  {
    title: 'throws a TypeError for a SharedArrayBuffer and for a view on one',
    expected: ['TypeError', 'TypeError', 'TypeError'],
    observe: async ({ open }) => {
      const socket = await open()
      const buffer = untyped<ArrayBuffer>(sharedBuffer())
      return [buffer, new Uint8Array(buffer), new DataView(buffer)].map((value) => thrown(() => socket.send(value)))
    },
  },
  {
    title: 'throws a TypeError for a resizable ArrayBuffer and for a view on one',
    expected: ['TypeError', 'TypeError'],
    observe: async ({ open }) => {
      const socket = await open()
      const buffer = new (untyped<new (size: number, options: object) => ArrayBuffer>(ArrayBuffer))(1, {
        maxByteLength: 2,
      })
      return [buffer, new Uint8Array(buffer)].map((value) => thrown(() => socket.send(value)))
    },
  },
  {
    title: 'sends nothing of a detached buffer',
    expected: [[], []],
    observe: async ({ open }) => {
      const socket = await open()
      const view = bytes(1, 2)
      structuredClone(view.buffer, { transfer: [view.buffer] })
      return [await echoed(socket, () => socket.send(view.buffer)), await echoed(socket, () => socket.send(view))]
    },
  },
  {
    title: 'returns undefined in every state from OPEN on',
    expected: [undefined, undefined, undefined],
    observe: async ({ open }) => {
      const socket = await open()
      const results: unknown[] = [socket.send('x')]
      socket.close()
      results.push(socket.send('x'))
      await next(socket, 'close')
      return [...results, socket.send('x')]
    },
  },
  {
    title: 'sends the bytes that a buffer has at the time of the call',
    expected: [1, 2],
    observe: async ({ open }) => {
      const socket = await open()
      const data = bytes(1, 2)
      return echoed(socket, () => {
        socket.send(data)
        data.fill(9)
      })
    },
  },
  {
    title: 'keeps the order of text, bytes and Blobs',
    expected: ['string', 'object', 'object', 'string', 'object', 'string'],
    observe: async ({ open }) => {
      const socket = await open()
      const types: string[] = []
      socket.onmessage = ({ data }) => void types.push(typeof data)
      socket.send('1')
      socket.send(new Blob(['x'.repeat(100_000)]))
      socket.send(bytes(3))
      socket.send('4')
      socket.send(new Blob(['5']))
      socket.send('6')
      await until(() => types.length === 6)
      return types
    },
  },
  {
    title: 'sends from an open listener',
    expected: 'from the listener',
    observe: async ({ create }) => {
      const socket = create()
      socket.onopen = () => socket.send('from the listener')
      return (await next(socket, 'message')).data
    },
  },
  ...(
    [
      ['ASCII text', () => 'text', 4],
      ['text in UTF-8', () => 'a\u00E9\u20AC\u{1F600}', 10],
      ['lone surrogates', () => '\uD800\uDC00\uD800', 7],
      ['an ArrayBuffer', () => new ArrayBuffer(10), 10],
      ['a part of a buffer', () => new Uint8Array(new ArrayBuffer(10), 2, 5), 5],
      ['a Uint32Array', () => new Uint32Array(3), 12],
      ['a Blob', () => new Blob(['x'.repeat(15)]), 15],
      ['an empty string', () => '', 0],
    ] as [string, () => unknown, number][]
  ).map(([what, data, expected]): Case => ({
    title: `bufferedAmount counts ${what} in bytes at once`,
    expected,
    observe: amountAfter(data),
  })),
  {
    title: 'bufferedAmount adds several messages of one task',
    expected: [3, 8, 18],
    observe: async ({ openPaused }) => {
      const { socket } = await openPaused()
      return ['abc', bytes(1, 2, 3, 4, 5), new Blob(['0123456789'])].map((data) => {
        socket.send(data)
        return socket.bufferedAmount
      })
    },
  },
  {
    title: 'bufferedAmount returns to 0 when all has been sent',
    expected: [1000, 0],
    observe: async ({ open }) => {
      const socket = await open()
      socket.send('x'.repeat(1000))
      const amount = socket.bufferedAmount
      await next(socket, 'message')
      await until(() => socket.bufferedAmount === 0)
      return [amount, socket.bufferedAmount]
    },
  },
  {
    title: 'bufferedAmount does not change within a task',
    expected: 4,
    observe: async ({ open }) => {
      const socket = await open()
      socket.send('data')
      const end = performance.now() + 20
      while (performance.now() < end);
      return socket.bufferedAmount
    },
  },
  {
    title: 'in CLOSING it discards the data, and counts it',
    expected: [2, 0, 4, 9, 19, 29],
    observe: async ({ openPaused }) => {
      const { socket } = await openPaused()
      socket.close()
      const amounts = [socket.readyState, socket.bufferedAmount]
      for (const data of ['text', bytes(1, 2, 3, 4, 5), new ArrayBuffer(10), new Blob(['0123456789'])]) {
        socket.send(data)
        amounts.push(socket.bufferedAmount)
      }
      return amounts
    },
  },
  {
    title: 'in CLOSED it discards the data, and counts it without an end',
    expected: [3, 0, 4, 9, 19, 29, 32, 32],
    observe: async ({ open }) => {
      const socket = await open()
      socket.close()
      await next(socket, 'close')
      const amounts = [socket.readyState, socket.bufferedAmount]
      for (const data of ['text', bytes(1, 2, 3, 4, 5), new ArrayBuffer(10), new Blob(['0123456789']), '\u20AC']) {
        socket.send(data)
        amounts.push(socket.bufferedAmount)
      }
      await task()
      return [...amounts, socket.bufferedAmount]
    },
  },
  {
    title: 'counts data that is sent after a failed handshake',
    expected: [3, 4],
    observe: async ({ create }) => {
      const socket = create('/refuse')
      await next(socket, 'close')
      socket.send('text')
      return [socket.readyState, socket.bufferedAmount]
    },
  },
  {
    title: 'counts data that is sent while a connecting socket is being closed',
    expected: [2, 4, 3, 4],
    observe: async ({ create }) => {
      const socket = create()
      socket.close()
      socket.send('text')
      const before = [socket.readyState, socket.bufferedAmount]
      await next(socket, 'close')
      return [...before, socket.readyState, socket.bufferedAmount]
    },
  },
  {
    title: 'the server receives nothing that was sent after close()',
    expected: [['before'], [1005]],
    observe: async ({ createEndpoint, WebSocket }) => {
      const { url, read } = createEndpoint()
      const socket = new WebSocket(url)
      await next(socket, 'open')
      socket.send('before')
      socket.close()
      socket.send('after')
      await next(socket, 'close')
      let record = await read()
      while (record.closes.length === 0) record = await read()
      return [record.messages, record.closes]
    },
  },
]

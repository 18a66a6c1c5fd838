/** WHATWG WebSockets, "Feedback from the protocol": the events, their members and their order. */

import { type Case, closeOf, eventsUntilClose, next, readData, task, untyped, until } from './cases.ts'

/** What every event has in common, while it is dispatched. */
const common = (event: Event, socket: EventTarget) => ({
  type: event.type,
  bubbles: event.bubbles,
  cancelable: event.cancelable,
  composed: event.composed,
  eventPhase: event.eventPhase,
  defaultPrevented: event.defaultPrevented,
  target: event.target === socket,
  currentTarget: event.currentTarget === socket,
  path: event.composedPath().map((target) => target === socket),
})

const commonOf = (type: string) => ({
  type,
  bubbles: false,
  cancelable: false,
  composed: false,
  eventPhase: 2,
  defaultPrevented: false,
  target: true,
  currentTarget: true,
  path: [true],
})

const commonInListener = (socket: WebSocket, type: keyof WebSocketEventMap): Promise<object> =>
  new Promise((resolve) => socket.addEventListener(type, (event) => resolve(common(event, socket)), { once: true }))

export const eventCases: Case[] = [
  {
    title: 'open is an Event',
    expected: [commonOf('open'), true],
    observe: async ({ create }) => {
      const socket = create()
      const [found, event] = await Promise.all([commonInListener(socket, 'open'), next(socket, 'open')])
      return [found, event instanceof Event]
    },
  },
  {
    title: 'message is a MessageEvent',
    expected: [commonOf('message'), true],
    observe: async ({ create }) => {
      const socket = create('/burst?n=1')
      const [found, event] = await Promise.all([commonInListener(socket, 'message'), next(socket, 'message')])
      return [found, event instanceof MessageEvent]
    },
  },
  {
    title: 'error is an Event',
    expected: [commonOf('error'), true, false],
    observe: async ({ create, CloseEvent }) => {
      const socket = create('/refuse')
      const [found, event] = await Promise.all([commonInListener(socket, 'error'), next(socket, 'error')])
      return [found, event instanceof Event, event instanceof CloseEvent]
    },
  },
  {
    title: 'close is a CloseEvent',
    expected: [commonOf('close'), true],
    observe: async ({ create, CloseEvent }) => {
      const socket = create('/close')
      const [found, event] = await Promise.all([commonInListener(socket, 'close'), next(socket, 'close')])
      return [found, event instanceof CloseEvent]
    },
  },
  {
    title: 'after the dispatch the event has no current target and no path',
    expected: [true, null, 0, []],
    observe: async ({ create }) => {
      const socket = create()
      const event = await next(socket, 'open')
      await task()
      return [event.target === socket, event.currentTarget, event.eventPhase, event.composedPath()]
    },
  },
  {
    title: 'a message has the origin of the URL, and neither source nor ports nor an id',
    expected: ['0', true, '', null, [], true],
    observe: async ({ create, echo }) => {
      const event = await next(create('/burst?n=1'), 'message')
      return [
        event.data,
        event.origin === new URL(echo).origin,
        event.lastEventId,
        event.source,
        event.ports,
        Object.isFrozen(event.ports),
      ]
    },
  },
  {
    title: 'the origin has no path, query or user',
    expected: true,
    observe: async ({ WebSocket, echo }) => {
      const socket = new WebSocket(`${echo}/burst?n=1&room=secret`)
      return (await next(socket, 'message')).origin === new URL(echo).origin
    },
  },
  {
    title: 'binary arrives as a Blob without a type',
    expected: [true, '', 3, [48, 46, 46]],
    observe: async ({ create }) => {
      const { data } = await next(create('/burst?n=1&size=3&binary=1'), 'message')
      return [data instanceof Blob, data.type, data.size, await readData(data)]
    },
  },
  {
    title: 'binary arrives as an ArrayBuffer if binaryType is arraybuffer',
    expected: [true, 3, [48, 46, 46]],
    observe: async ({ create }) => {
      const socket = create('/burst?n=1&size=3&binary=1')
      socket.binaryType = 'arraybuffer'
      const { data } = await next(socket, 'message')
      return [data instanceof ArrayBuffer, data.byteLength, await readData(data)]
    },
  },
  {
    title: 'binaryType can change between two messages',
    expected: ['Blob', 'ArrayBuffer', 'Blob'],
    observe: async ({ open }) => {
      const socket = await open()
      const types: string[] = []
      for (const type of ['blob', 'arraybuffer', 'blob'] as const) {
        socket.binaryType = type
        const message = next(socket, 'message')
        socket.send(Uint8Array.of(1))
        types.push((await message).data.constructor.name)
      }
      return types
    },
  },
  {
    title: 'text arrives as a string whatever binaryType is',
    expected: ['a', 'b'],
    observe: async ({ open }) => {
      const socket = await open()
      const texts: unknown[] = []
      for (const [type, text] of [
        ['arraybuffer', 'a'],
        ['blob', 'b'],
      ] as const) {
        socket.binaryType = type
        const message = next(socket, 'message')
        socket.send(text)
        texts.push((await message).data)
      }
      return texts
    },
  },
  {
    title: 'the constructor dispatches nothing, and listeners added in the same task receive open',
    expected: [0, 'open'],
    observe: async ({ create }) => {
      const socket = create()
      const { readyState } = socket
      for (let i = 0; i < 5; i++) await Promise.resolve()
      return [readyState, (await next(socket, 'open')).type]
    },
  },
  {
    title: 'open comes before the first message, and each message once and in order',
    expected: ['open 1', ...Array.from({ length: 200 }, (_, i) => `${i} 1`)],
    observe: async ({ create }) => {
      const socket = create('/burst?n=200')
      const seen: string[] = []
      socket.onopen = ({ type }) => void seen.push(`${type} ${socket.readyState}`)
      socket.onmessage = ({ data }) => void seen.push(`${data} ${socket.readyState}`)
      await until(() => seen.length > 200)
      await task()
      return seen
    },
  },
  {
    title: 'messages that a server sends before it closes arrive before close',
    expected: ['open 1', 'message 1', 'close 3'],
    observe: async ({ create }) => {
      const socket = create('/close?after=1')
      const seen = eventsUntilClose(socket, ({ type }) => `${type} ${socket.readyState}`)
      await next(socket, 'open')
      socket.send('last')
      return seen
    },
  },
  {
    title: 'a clean close has no error event',
    expected: ['open', 'close'],
    observe: async ({ create }) => eventsUntilClose(create('/close'), ({ type }) => type),
  },
  {
    title: 'a refused handshake: error, then close, both in CLOSED, and no open',
    expected: ['error 3', 'close 3'],
    observe: async ({ create }) => {
      const socket = create('/refuse')
      const events = await eventsUntilClose(socket, ({ type }) => `${type} ${socket.readyState}`)
      await task()
      return events
    },
  },
  {
    title: 'a port without a server: error, then close, both in CLOSED',
    expected: ['error 3', 'close 3'],
    observe: async ({ WebSocket }) => {
      const socket = new WebSocket('ws://127.0.0.1:9001/')
      return eventsUntilClose(socket, ({ type }) => `${type} ${socket.readyState}`)
    },
  },
  {
    title: 'a frame that violates the protocol: open, message, error, close',
    expected: ['open 1', 'message 1', 'error 3', 'close 3'],
    observe: async ({ create }) => {
      const socket = create('/invalid?after=1')
      socket.onopen = () => socket.send('x')
      return eventsUntilClose(socket, ({ type }) => `${type} ${socket.readyState}`)
    },
  },
  {
    title: 'a cut connection: open, message, then close in CLOSED, without error',
    expected: ['open 1', 'message 1', 'close 3'],
    observe: async ({ create }) => {
      const socket = create('/cut?after=1')
      socket.onopen = () => socket.send('x')
      return eventsUntilClose(socket, ({ type }) => `${type} ${socket.readyState}`)
    },
  },
  {
    title: 'a microtask of a message listener runs before the next message',
    expected: ['0', 'after 0', '1', 'after 1', '2', 'after 2'],
    observe: async ({ create }) => {
      const socket = create('/burst?n=3')
      const seen: string[] = []
      socket.onmessage = ({ data }) => {
        seen.push(data as string)
        queueMicrotask(() => seen.push(`after ${data}`))
      }
      await until(() => seen.length === 6)
      return seen
    },
  },
  {
    title: 'close has code, reason and wasClean of the server',
    expected: [4001, 'moved', true],
    observe: async ({ create }) => closeOf(create('/close?code=4001&reason=moved')),
  },
  {
    title: 'an own event can be dispatched, and does not change the state',
    expected: ['open', 'own data', 'close 4000', 1],
    observe: async ({ open, CloseEvent }) => {
      const socket = await open()
      const seen: string[] = []
      socket.onopen = ({ type }) => void seen.push(type)
      socket.onmessage = ({ data }) => void seen.push(data as string)
      socket.onclose = ({ type, code }) => void seen.push(`${type} ${code}`)
      socket.dispatchEvent(new Event('open'))
      socket.dispatchEvent(new MessageEvent('message', { data: 'own data' }))
      socket.dispatchEvent(new CloseEvent('close', { code: 4000 }))
      return [...seen, socket.readyState]
    },
  },
  {
    title: 'dispatchEvent requires an Event',
    expected: true,
    observe: ({ create }) => {
      try {
        create().dispatchEvent(untyped({ type: 'open' }))
        return false
      } catch (error) {
        return error instanceof TypeError
      }
    },
  },
]

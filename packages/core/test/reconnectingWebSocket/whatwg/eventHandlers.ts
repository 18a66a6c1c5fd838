/** HTML, "Event handlers", and DOM, `EventTarget`: the four `on*` attributes and the listeners. */

import { type Case, next, thrown, untyped } from './cases.ts'

const handlers = [
  ['onopen', 'open'],
  ['onmessage', 'message'],
  ['onerror', 'error'],
  ['onclose', 'close'],
] as const

const eventOf = (type: string): Event => (type === 'message' ? new MessageEvent(type) : new Event(type))

/** Sets an attribute to a value of any type. */
const assign = (socket: WebSocket, name: string, value: unknown): void =>
  void (untyped<Record<string, unknown>>(socket)[name] = value)

const perHandler = (create: (name: (typeof handlers)[number][0], type: string) => Case): Case[] =>
  handlers.map(([name, type]) => create(name, type))

export const eventHandlerCases: Case[] = [
  ...perHandler((name, type) => ({
    title: `${name} is the function that was assigned, and receives the event with the socket as this`,
    expected: [true, true, true, 1, true],
    observe: ({ create }) => {
      const socket = create()
      const calls: unknown[][] = []
      const handler = function (this: unknown, ...args: unknown[]): void {
        calls.push([this === socket, args.length, args[0]])
      }
      socket[name] = handler
      const event = eventOf(type)
      socket.dispatchEvent(event)
      return [socket[name] === handler, calls.length === 1, calls[0]![0], calls[0]![1], calls[0]![2] === event]
    },
  })),
  ...perHandler((name, type) => ({
    title: `${name} = null removes the handler`,
    expected: [null, 0],
    observe: ({ create }) => {
      const socket = create()
      let calls = 0
      socket[name] = () => calls++
      socket[name] = null
      socket.dispatchEvent(eventOf(type))
      return [socket[name], calls]
    },
  })),
  ...perHandler((name) => ({
    title: `${name} is null after an assignment of a value that is not an object`,
    expected: [null, null, null, null, null, null],
    observe: ({ create }) => {
      const socket = create()
      return [undefined, 1, 'function', true, 1n, Symbol('s')].map((value) => {
        socket[name] = () => {}
        assign(socket, name, value)
        return socket[name]
      })
    },
  })),
  ...perHandler((name, type) => ({
    title: `${name} keeps an object that is not callable, and does not call its handleEvent`,
    expected: [true, 0],
    observe: ({ create }) => {
      const socket = create()
      let calls = 0
      const handler = { handleEvent: () => calls++ }
      assign(socket, name, handler)
      socket.dispatchEvent(eventOf(type))
      return [untyped(socket[name]) === handler, calls]
    },
  })),
  ...perHandler((name, type) => ({
    title: `${name} has the place among the listeners at which it was set first`,
    expected: ['first', 'second handler', 'last'],
    observe: ({ create }) => {
      const socket = create()
      const order: string[] = []
      socket.addEventListener(type, () => order.push('first'))
      socket[name] = () => order.push('handler')
      socket.addEventListener(type, () => order.push('last'))
      socket[name] = () => order.push('second handler')
      socket.dispatchEvent(eventOf(type))
      return order
    },
  })),
  ...perHandler((name, type) => ({
    title: `${name} is appended again after null`,
    expected: ['listener', 'handler'],
    observe: ({ create }) => {
      const socket = create()
      const order: string[] = []
      socket[name] = () => order.push('handler')
      socket.addEventListener(type, () => order.push('listener'))
      socket[name] = null
      socket[name] = () => order.push('handler')
      socket.dispatchEvent(eventOf(type))
      return order
    },
  })),
  ...perHandler((name, type) => ({
    title: `a first assignment of null to ${name} takes no place`,
    expected: ['listener', 'handler'],
    observe: ({ create }) => {
      const socket = create()
      const order: string[] = []
      socket[name] = null
      socket.addEventListener(type, () => order.push('listener'))
      socket[name] = () => order.push('handler')
      socket.dispatchEvent(eventOf(type))
      return order
    },
  })),
  {
    title: 'a handler cannot be removed by removeEventListener, and can also be a listener',
    expected: 3,
    observe: ({ create }) => {
      const socket = create()
      let calls = 0
      const handler = (): void => void calls++
      socket.onopen = handler
      socket.removeEventListener('open', handler)
      socket.dispatchEvent(new Event('open'))
      socket.addEventListener('open', handler)
      socket.dispatchEvent(new Event('open'))
      return calls
    },
  },
  {
    title: 'a handler that is set by an earlier listener of the same event is called only for the next event',
    expected: [0, 1],
    observe: ({ create }) => {
      const socket = create()
      let calls = 0
      socket.addEventListener('open', () => (socket.onopen = () => calls++), { once: true })
      socket.dispatchEvent(new Event('open'))
      const during = calls
      socket.dispatchEvent(new Event('open'))
      return [during, calls]
    },
  },
  {
    title: 'a handler that an earlier listener removes is not called',
    expected: 0,
    observe: ({ create }) => {
      const socket = create()
      let calls = 0
      socket.addEventListener('open', () => (socket.onopen = null))
      socket.onopen = () => calls++
      socket.dispatchEvent(new Event('open'))
      return calls
    },
  },
  {
    title: 'handlers of two sockets are separate',
    expected: [1, 0],
    observe: ({ create }) => {
      const [first, second] = [create(), create()]
      const calls = [0, 0]
      first.onopen = () => calls[0]!++
      second.onopen = () => calls[1]!++
      first.dispatchEvent(new Event('open'))
      return calls
    },
  },
  {
    title: 'a handler receives only events of its type',
    expected: ['open'],
    observe: ({ create }) => {
      const socket = create()
      const seen: string[] = []
      socket.onopen = ({ type }) => void seen.push(type)
      for (const type of ['open', 'OPEN', 'opened', 'close']) socket.dispatchEvent(new Event(type))
      return seen
    },
  },
  {
    title: 'handlers receive the events of a connection',
    expected: ['open', 'message', 'close'],
    observe: async ({ create }) => {
      const socket = create('/close?after=1')
      const seen: string[] = []
      socket.onopen = ({ type }) => {
        seen.push(type)
        socket.send('x')
      }
      socket.onmessage = ({ type }) => void seen.push(type)
      socket.onerror = ({ type }) => void seen.push(type)
      socket.onclose = ({ type }) => void seen.push(type)
      await next(socket, 'close')
      return seen
    },
  },
]

export const listenerCases: Case[] = [
  {
    title: 'calls handleEvent of a listener that is an object, with the object as this',
    expected: [true, 'open'],
    observe: async ({ create }) => {
      const socket = create()
      return new Promise((resolve) => {
        const listener = {
          handleEvent(event: Event) {
            resolve([this === listener, event.type])
          },
        }
        socket.addEventListener('open', listener)
      })
    },
  },
  {
    title: 'looks up handleEvent for each event',
    expected: ['first', 'second'],
    observe: ({ create }) => {
      const socket = create()
      const calls: string[] = []
      const listener = { handleEvent: () => void calls.push('first') }
      socket.addEventListener('open', listener)
      socket.dispatchEvent(new Event('open'))
      listener.handleEvent = () => void calls.push('second')
      socket.dispatchEvent(new Event('open'))
      return calls
    },
  },
  {
    title: 'adds a listener once',
    expected: 1,
    observe: ({ create }) => {
      const socket = create()
      let calls = 0
      const listener = (): void => void calls++
      socket.addEventListener('open', listener)
      socket.addEventListener('open', listener)
      socket.dispatchEvent(new Event('open'))
      return calls
    },
  },
  {
    title: 'once, signal and removeEventListener remove a listener',
    expected: ['kept', 'once', 'kept'],
    observe: ({ create }) => {
      const socket = create()
      const calls: string[] = []
      const controller = new AbortController()
      const removed = (): void => void calls.push('removed')
      socket.addEventListener('open', () => calls.push('kept'))
      socket.addEventListener('open', () => calls.push('once'), { once: true })
      socket.addEventListener('open', () => calls.push('aborted'), { signal: controller.signal })
      socket.addEventListener('open', removed)
      controller.abort()
      socket.removeEventListener('open', removed)
      socket.dispatchEvent(new Event('open'))
      socket.dispatchEvent(new Event('open'))
      return calls
    },
  },
  {
    title: 'calls capturing listeners first',
    expected: ['capture', 'bubble', 'handler'],
    observe: ({ create }) => {
      const socket = create()
      const calls: string[] = []
      socket.addEventListener('open', () => calls.push('bubble'))
      socket.onopen = () => calls.push('handler')
      socket.addEventListener('open', () => calls.push('capture'), true)
      socket.dispatchEvent(new Event('open'))
      return calls
    },
  },
  {
    title: 'stopImmediatePropagation ends the list',
    expected: ['first'],
    observe: async ({ create }) => {
      const socket = create('/close')
      const calls: string[] = []
      socket.addEventListener('open', (event) => {
        calls.push('first')
        event.stopImmediatePropagation()
      })
      socket.onopen = () => calls.push('handler')
      socket.addEventListener('open', () => calls.push('listener'))
      await next(socket, 'close')
      return calls
    },
  },
  {
    title: 'accepts null as a listener',
    expected: 'nothing',
    observe: ({ create }) => thrown(() => create().addEventListener('open', null as never)),
  },
]

/** For pages: Node reports an error of a listener as an uncaught exception. */
export const throwingListenerCases: Case[] = [
  {
    title: 'a listener that throws is reported, and the next one is called',
    expected: [
      ['from a listener', 'from a handler'],
      ['second', 'third'],
    ],
    observe: async ({ create }) => {
      const socket = create()
      const calls: string[] = []
      const reported: string[] = []
      const report = (event: ErrorEvent): void => {
        reported.push((event.error as Error).message)
        event.preventDefault()
        event.stopImmediatePropagation()
      }
      addEventListener('error', report, true)
      try {
        socket.addEventListener('open', () => {
          throw new Error('from a listener')
        })
        socket.addEventListener('open', () => calls.push('second'))
        socket.onopen = () => {
          throw new Error('from a handler')
        }
        socket.addEventListener('open', () => calls.push('third'))
        await next(socket, 'open')
        return [reported, calls]
      } finally {
        removeEventListener('error', report, true)
      }
    },
  },
  {
    title: 'the connection works on after a listener threw',
    expected: 'still open',
    observe: async ({ create }) => {
      const socket = create()
      const report = (event: ErrorEvent): void => {
        event.preventDefault()
        event.stopImmediatePropagation()
      }
      addEventListener('error', report, true)
      try {
        socket.onopen = () => {
          throw new Error('from a handler')
        }
        await next(socket, 'open')
        socket.send('still open')
        return (await next(socket, 'message')).data
      } finally {
        removeEventListener('error', report, true)
      }
    },
  },
]

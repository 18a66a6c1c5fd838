/** The attributes and constants, and WebIDL: the interface object, its prototype and their properties. */

import { type Case, next, thrown, untyped } from './cases.ts'

const constants = [
  ['CONNECTING', 0],
  ['OPEN', 1],
  ['CLOSING', 2],
  ['CLOSED', 3],
] as const

const readOnly = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol'] as const
const writable = ['onopen', 'onerror', 'onclose', 'onmessage', 'binaryType'] as const
const methods = ['close', 'send'] as const

/** A property of a prototype, which may be inherited from a class of ours in between. */
const descriptorOf = (target: object, name: PropertyKey): PropertyDescriptor => {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, name)
    if (found) return found
  }
  throw new Error(`no property ${String(name)}`)
}

export const constantCases: Case[] = constants.flatMap(([name, value]): Case[] => [
  {
    title: `${name} is ${value} on the class, the prototype and an instance`,
    expected: [value, value, value],
    observe: ({ WebSocket, create }) => [WebSocket[name], WebSocket.prototype[name], create()[name]],
  },
  {
    title: `${name} is enumerable and constant on the class and the prototype`,
    expected: Array.from({ length: 2 }, () => ({ value, writable: false, enumerable: true, configurable: false })),
    observe: ({ WebSocket }) => [descriptorOf(WebSocket, name), descriptorOf(WebSocket.prototype, name)],
  },
  {
    title: `an assignment to ${name} throws`,
    expected: ['TypeError', 'TypeError', 'TypeError', value],
    observe: ({ WebSocket, create }) => {
      const socket = create()
      const targets = [WebSocket, WebSocket.prototype, socket]
      return [
        ...targets.map((target) => thrown(() => void (untyped<Record<string, number>>(target)[name] = 7))),
        socket[name],
      ]
    },
  },
])

export const interfaceCases: Case[] = [
  {
    title: 'is a function of one required argument',
    expected: ['function', 1],
    observe: ({ WebSocket }) => [typeof WebSocket, WebSocket.length],
  },
  { title: 'has the name WebSocket', expected: 'WebSocket', observe: ({ WebSocket }) => WebSocket.name },
  {
    title: 'its prototype property is constant',
    expected: { writable: false, enumerable: false, configurable: false },
    observe: ({ WebSocket }) => {
      const { value: _, ...flags } = Object.getOwnPropertyDescriptor(WebSocket, 'prototype')!
      return flags
    },
  },
  {
    title: 'inherits from EventTarget',
    expected: [true, true, true],
    observe: ({ WebSocket, create }) => [
      Object.prototype.isPrototypeOf.call(EventTarget, WebSocket),
      Object.prototype.isPrototypeOf.call(EventTarget.prototype, WebSocket.prototype),
      create() instanceof EventTarget,
    ],
  },
  {
    title: 'instances are instances of the class',
    expected: true,
    observe: ({ WebSocket, create }) => create() instanceof WebSocket,
  },
  { title: 'instances have no properties of their own', expected: [], observe: ({ create }) => Object.keys(create()) },
  {
    title: 'can be extended',
    expected: ['extended', true, 1],
    observe: async ({ WebSocket, echo }) => {
      class Extended extends WebSocket {
        extra = 'extended'
      }
      const socket = new Extended(echo)
      await next(socket, 'open')
      return [socket.extra, socket instanceof WebSocket, socket.readyState]
    },
  },
  ...readOnly.map((name): Case => ({
    title: `${name} is an enumerable accessor without a setter`,
    expected: { get: `get ${name}`, set: undefined, enumerable: true, configurable: true },
    observe: ({ WebSocket }) => {
      const found = descriptorOf(WebSocket.prototype, name)
      return { ...found, get: found.get?.name }
    },
  })),
  ...writable.map((name): Case => ({
    title: `${name} is an enumerable accessor with a setter`,
    expected: { get: `get ${name}`, set: `set ${name}`, enumerable: true, configurable: true },
    observe: ({ WebSocket }) => {
      const found = descriptorOf(WebSocket.prototype, name)
      return { ...found, get: found.get?.name, set: found.set?.name }
    },
  })),
  ...methods.map((name): Case => ({
    title: `${name} is an enumerable method with the length of its required arguments`,
    expected: { value: name, length: name === 'send' ? 1 : 0, writable: true, enumerable: true, configurable: true },
    observe: ({ WebSocket }) => {
      const found = descriptorOf(WebSocket.prototype, name)
      const method = found.value as { name: string; length: number }
      return { ...found, value: method.name, length: method.length }
    },
  })),
  ...[...readOnly, ...writable].map((name): Case => ({
    title: `reading ${name} from another object throws a TypeError`,
    expected: ['TypeError', 'TypeError'],
    observe: ({ WebSocket }) =>
      [{}, WebSocket.prototype].map((receiver) =>
        thrown(() => descriptorOf(WebSocket.prototype, name).get!.call(receiver)),
      ),
  })),
  ...methods.map((name): Case => ({
    title: `calling ${name} on another object throws a TypeError`,
    expected: 'TypeError',
    observe: ({ WebSocket }) => thrown(() => Reflect.apply(descriptorOf(WebSocket.prototype, name).value, {}, ['x'])),
  })),
  ...readOnly.map((name): Case => ({
    title: `an assignment to ${name} throws and has no effect`,
    expected: ['TypeError', true],
    observe: ({ create }) => {
      const socket = create()
      const before = socket[name]
      return [thrown(() => void (untyped<Record<string, unknown>>(socket)[name] = 7)), socket[name] === before]
    },
  })),
  {
    title: 'for...in lists all members',
    expected: [],
    observe: ({ create }) => {
      const listed: string[] = []
      // oxlint-disable-next-line no-restricted-syntax, guard-for-in
      for (const name in create()) listed.push(name)
      return [...constants.map(([name]) => name), ...readOnly, ...writable, ...methods].filter(
        (name) => !listed.includes(name),
      )
    },
  },
  {
    title: 'Object.prototype.toString returns [object WebSocket]',
    expected: ['[object WebSocket]', '[object WebSocket]'],
    observe: ({ create }) => [String(create()), Object.prototype.toString.call(create())],
  },
  {
    title: 'Symbol.toStringTag is a constant of the prototype that is not enumerable',
    expected: { value: 'WebSocket', writable: false, enumerable: false, configurable: true },
    observe: ({ WebSocket }) => descriptorOf(WebSocket.prototype, Symbol.toStringTag),
  },
]

export const attributeCases: Case[] = [
  {
    title: 'a new socket has the initial values',
    expected: [0, 0, '', '', 'blob', null, null, null, null],
    observe: ({ create }) => {
      const { readyState, bufferedAmount, protocol, extensions, binaryType, onopen, onmessage, onerror, onclose } =
        create()
      return [readyState, bufferedAmount, protocol, extensions, binaryType, onopen, onmessage, onerror, onclose]
    },
  },
  {
    title: 'the url is the same in every state',
    expected: ['/p', '/p', '/p', '/p'],
    observe: async ({ create, echo }) => {
      const socket = create('/p')
      const urls = [socket.url]
      await next(socket, 'open')
      urls.push(socket.url)
      socket.close()
      urls.push(socket.url)
      await next(socket, 'close')
      urls.push(socket.url)
      return urls.map((url) => url.replace(echo, ''))
    },
  },
  {
    title: 'readyState is 0, 1, 2 and 3',
    expected: [0, 1, 1, 2, 3, 3],
    observe: async ({ create }) => {
      const socket = create()
      const states = [socket.readyState]
      socket.onopen = () => void states.push(socket.readyState)
      await next(socket, 'open')
      states.push(socket.readyState)
      socket.close()
      states.push(socket.readyState)
      socket.onclose = () => void states.push(socket.readyState)
      await next(socket, 'close')
      return [...states, socket.readyState]
    },
  },
  {
    title: 'the protocol is empty before open, and stays after close',
    expected: ['', 'chat', 'chat', 'chat'],
    observe: async ({ create }) => {
      const socket = create('', ['chat', 'other'])
      const protocols = [socket.protocol]
      await next(socket, 'open')
      protocols.push(socket.protocol)
      socket.close()
      protocols.push(socket.protocol)
      await next(socket, 'close')
      return [...protocols, socket.protocol]
    },
  },
  {
    title: 'extensions is empty if the server chose none',
    expected: ['', ''],
    observe: async ({ create }) => {
      const socket = create()
      const before = socket.extensions
      await next(socket, 'open')
      return [before, socket.extensions]
    },
  },
  ...(
    [
      ['arraybuffer', 'arraybuffer'],
      ['', 'blob'],
      ['ARRAYBUFFER', 'blob'],
      ['text', 'blob'],
      [null, 'blob'],
      [undefined, 'blob'],
      [0, 'blob'],
      [{ toString: () => 'arraybuffer' }, 'arraybuffer'],
    ] as const
  ).map(([value, expected]): Case => ({
    title: `binaryType is ${expected} after an assignment of ${typeof value === 'object' && value ? 'an object' : JSON.stringify(value)}`,
    expected,
    observe: ({ create }) => {
      const socket = create()
      socket.binaryType = untyped(value)
      return socket.binaryType
    },
  })),
  {
    title: 'binaryType keeps its value after an invalid one',
    expected: 'arraybuffer',
    observe: ({ create }) => {
      const socket = create()
      socket.binaryType = 'arraybuffer'
      socket.binaryType = untyped('something')
      return socket.binaryType
    },
  },
  {
    title: 'an assignment of a symbol to binaryType throws a TypeError',
    expected: 'TypeError',
    observe: ({ create }) => thrown(() => void (create().binaryType = untyped(Symbol('b')))),
  },
  {
    title: 'binaryType can be set before open and after close',
    expected: ['arraybuffer', 'blob'],
    observe: async ({ create }) => {
      const socket = create()
      socket.binaryType = 'arraybuffer'
      await next(socket, 'open')
      const open = socket.binaryType
      socket.close()
      await next(socket, 'close')
      socket.binaryType = 'blob'
      return [open, socket.binaryType]
    },
  },
]

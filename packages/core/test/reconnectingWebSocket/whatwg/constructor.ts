/** WHATWG WebSockets, "The WebSocket interface": the constructor and its two arguments. */

import { type Case, type Subject, next, thrown, untyped } from './cases.ts'

/** The serialised URL of a socket that is closed at once, or the name of what the constructor throws. */
const urlOf =
  (...args: unknown[]) =>
  ({ WebSocket }: Subject): string => {
    try {
      return Reflect.construct(WebSocket, args).url
    } catch (error) {
      return thrown(() => {
        throw error
      })
    }
  }

/** What the constructor throws, with a valid URL. */
const thrownWith =
  (protocols: unknown) =>
  ({ WebSocket, echo }: Subject): string =>
    thrown(() => new WebSocket(echo, untyped(protocols)))

/** The protocol that the server chose, which is the first. */
const chosenFrom =
  (protocols: () => unknown) =>
  async ({ WebSocket, echo }: Subject): Promise<string> => {
    const socket = new WebSocket(echo, untyped(protocols()))
    await next(socket, 'open')
    return socket.protocol
  }

const host = 'ws://127.0.0.1:9001'

/** [argument, the URL that it is serialised to]. Nothing listens on the port. */
const validUrls: [string, string][] = [
  [`${host}`, `${host}/`],
  ['WS://127.0.0.1:9001/Path', `${host}/Path`],
  ['http://127.0.0.1:9001/', `${host}/`],
  ['https://127.0.0.1:9001/', 'wss://127.0.0.1:9001/'],
  ['wss://127.0.0.1:9001', 'wss://127.0.0.1:9001/'],
  ['ws://127.0.0.1:80/', 'ws://127.0.0.1/'],
  ['http://127.0.0.1:80/', 'ws://127.0.0.1/'],
  ['wss://127.0.0.1:443/', 'wss://127.0.0.1/'],
  ['https://127.0.0.1:443/', 'wss://127.0.0.1/'],
  ['ws://127.0.0.1:443/', 'ws://127.0.0.1:443/'],
  [`${host}/a b`, `${host}/a%20b`],
  [`${host}/a%20b`, `${host}/a%20b`],
  [`${host}/a/../b/./c`, `${host}/b/c`],
  [`${host}/\u00E9\u{1F600}`, `${host}/%C3%A9%F0%9F%98%80`],
  [`${host}/?q=\u00E9 "x"`, `${host}/?q=%C3%A9%20%22x%22`],
  [`${host}/?a?b`, `${host}/?a?b`],
  [`${host}?`, `${host}/?`],
  [`${host}/\uD800`, `${host}/%EF%BF%BD`],
  [` \t${host}/ \n`, `${host}/`],
  ['w\ns://127.0.\t0.1:9001/a\r\nb', `${host}/ab`],
  ['ws:\\\\127.0.0.1:9001\\a', `${host}/a`],
  ['ws://127.1:9001/', `${host}/`],
  ['ws://0x7f000001:9001/', `${host}/`],
  ['ws://[::1]:9001/', 'ws://[::1]:9001/'],
  ['ws://LOCALHOST:9001/', 'ws://localhost:9001/'],
]

const invalidUrls: string[] = [
  `${host}/#`,
  `${host}/#fragment`,
  `${host}#fragment`,
  'http://127.0.0.1:9001/#fragment',
  'ftp://127.0.0.1/',
  'file:///tmp/socket',
  'mailto:user@example.com',
  'about:blank',
  'javascript:void 0',
  'data:text/plain,x',
  'blob:https://127.0.0.1/6f5c1d3e',
  'wsx://127.0.0.1/',
  'ws://',
  'wss://',
  'http://',
  'ws://foo bar/',
  'ws://127.0.0.1:99999/',
  'ws://127.0.0.1:port/',
  'ws://[::1/',
  'ws://[::z]/',
  'ws://256.256.256.256/',
  'ws://exa%mple/',
]

const tokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** Every character up to U+00FF that is not part of a token, and some above. */
const noTokenCharacters = [
  ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => !tokenCharacters.includes(character),
  ),
  '\u0100',
  '\u03C0',
  '\u2028',
  '\uD800',
  '\u{1F600}',
]

const named = (text: string): string =>
  JSON.stringify(text).replace(/[^ -~]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)

export const urlCases: Case[] = [
  ...validUrls.map(([argument, url]): Case => ({
    title: `serialises the URL ${named(argument)}`,
    expected: url,
    observe: urlOf(argument),
  })),
  ...invalidUrls.map((argument): Case => ({
    title: `throws a SyntaxError for the URL ${named(argument)}`,
    expected: 'SyntaxError',
    observe: urlOf(argument),
  })),
  { title: 'requires one argument', expected: 'TypeError', observe: urlOf() },
  {
    title: 'cannot be called without new',
    expected: 'TypeError',
    observe: ({ WebSocket, echo }) => thrown(() => Reflect.apply(untyped(WebSocket), undefined, [echo])),
  },
  { title: 'converts a URL object to a string', expected: `${host}/a`, observe: urlOf(new URL(`${host}/a`)) },
  { title: 'converts an object by toString', expected: `${host}/b`, observe: urlOf({ toString: () => `${host}/b` }) },
  { title: 'converts an array to a string', expected: `${host}/c,d`, observe: urlOf([`${host}/c`, 'd']) },
  { title: 'throws a TypeError for a URL that is a symbol', expected: 'TypeError', observe: urlOf(Symbol('url')) },
  {
    title: 'throws what toString of the URL throws',
    expected: 'RangeError',
    observe: urlOf({
      toString: () => {
        throw new RangeError('from toString')
      },
    }),
  },
  {
    title: 'reads the URL once',
    expected: [`${host}/`, 1],
    observe: ({ WebSocket }) => {
      let reads = 0
      const socket = new WebSocket(untyped({ toString: () => (reads++, host) }))
      return [socket.url, reads]
    },
  },
  {
    title: 'converts both arguments, in order, before it parses the URL',
    expected: ['TypeError', ['url']],
    observe: ({ WebSocket }) => {
      const order: string[] = []
      const url = { toString: () => (order.push('url'), 'ws://') }
      return [thrown(() => new WebSocket(untyped(url), untyped(Symbol('protocol')))), order]
    },
  },
  {
    title: 'throws a DOMException with the code of a SyntaxError',
    expected: [true, true, 12],
    observe: ({ WebSocket }) => {
      try {
        return new WebSocket('ftp://127.0.0.1/').url
      } catch (error) {
        return [error instanceof DOMException, error instanceof Error, (error as DOMException).code]
      }
    },
  },
]

const withScheme = (url: string): string => new URL(url, location.href).href.replace(/^http/, 'ws')

/** For pages: in Node there is no base URL, and all of these are invalid. */
export const relativeUrlCases: Case[] = ['/chat', 'chat', '?room=1', '', '../a', '//127.0.0.1:9001/x', 'null'].map(
  (argument) => ({
    title: `resolves the relative URL ${named(argument)}`,
    expected: 'the URL of the page',
    observe: (subject) => {
      const url = urlOf(argument)(subject)
      return url === withScheme(argument) ? 'the URL of the page' : url
    },
  }),
)
relativeUrlCases.push(
  {
    title: 'converts undefined to a relative URL',
    expected: '/undefined',
    observe: (subject) => new URL(urlOf(undefined)(subject)).pathname.slice(-'/undefined'.length),
  },
  {
    title: 'converts null to a relative URL',
    expected: '/null',
    observe: (subject) => new URL(urlOf(null)(subject)).pathname.slice(-'/null'.length),
  },
  {
    title: 'converts a number to a relative URL',
    expected: '/42',
    observe: (subject) => new URL(urlOf(42)(subject)).pathname.slice(-'/42'.length),
  },
  {
    title: 'throws a SyntaxError for a relative URL with a fragment',
    expected: 'SyntaxError',
    observe: urlOf('chat#fragment'),
  },
  {
    title: 'resolves against the base element',
    expected: 'ws://localhost/deep/chat',
    observe: (subject) => {
      const base = document.createElement('base')
      base.href = 'http://localhost/deep/page'
      document.head.prepend(base)
      try {
        // The port of the page is another one in each run.
        return urlOf('chat')(subject).replace(/:\d+/, '')
      } finally {
        base.remove()
      }
    },
  },
)

export const protocolCases: Case[] = [
  ...noTokenCharacters.map((character): Case => ({
    title: `throws a SyntaxError for a protocol with ${named(character)}`,
    expected: ['SyntaxError', 'SyntaxError', 'SyntaxError'],
    observe: (subject) =>
      [`${character}`, `a${character}b`, ['ok', `a${character}`]].map((p) => thrownWith(p)(subject)),
  })),
  {
    title: 'accepts every character of a token',
    expected: tokenCharacters,
    observe: chosenFrom(() => tokenCharacters),
  },
  { title: 'throws a SyntaxError for an empty protocol', expected: 'SyntaxError', observe: thrownWith('') },
  {
    title: 'throws a SyntaxError for an empty protocol in an array',
    expected: 'SyntaxError',
    observe: thrownWith(['a', '']),
  },
  { title: 'throws a SyntaxError for a list in one string', expected: 'SyntaxError', observe: thrownWith('a, b') },
  { title: 'throws a SyntaxError for a duplicate', expected: 'SyntaxError', observe: thrownWith(['a', 'b', 'a']) },
  {
    title: 'throws a SyntaxError for a duplicate after conversion',
    expected: 'SyntaxError',
    observe: thrownWith([1, '1']),
  },
  { title: 'compares protocols with case', expected: 'a', observe: chosenFrom(() => ['a', 'A']) },
  { title: 'accepts no protocols in an empty array', expected: '', observe: chosenFrom(() => []) },
  { title: 'accepts undefined as no protocols', expected: '', observe: chosenFrom(() => undefined) },
  { title: 'converts null to the protocol "null"', expected: 'null', observe: chosenFrom(() => null) },
  { title: 'converts a number to a protocol', expected: '5', observe: chosenFrom(() => 5) },
  { title: 'converts a boolean to a protocol', expected: 'true', observe: chosenFrom(() => true) },
  {
    title: 'converts an object by toString',
    expected: 'chat',
    observe: chosenFrom(() => ({ toString: () => 'chat' })),
  },
  { title: 'converts the elements of an array', expected: '1', observe: chosenFrom(() => [1, 2]) },
  { title: 'accepts a Set', expected: 'x', observe: chosenFrom(() => new Set(['x', 'y'])) },
  {
    title: 'accepts a generator',
    expected: 'g1',
    observe: chosenFrom(function* () {
      yield 'g1'
      yield 'g2'
    }),
  },
  { title: 'throws a TypeError for a symbol', expected: 'TypeError', observe: thrownWith(Symbol('p')) },
  { title: 'throws a TypeError for a symbol in an array', expected: 'TypeError', observe: thrownWith([Symbol('p')]) },
  {
    title: 'throws what the iterator of the protocols throws',
    expected: 'RangeError',
    observe: thrownWith({
      [Symbol.iterator]: () => {
        throw new RangeError('from the iterator')
      },
    }),
  },
  {
    title: 'throws a TypeError for an iterator that is not a function',
    expected: 'TypeError',
    observe: thrownWith({ [Symbol.iterator]: 1 }),
  },
  { title: 'sends one protocol', expected: 'chat', observe: chosenFrom(() => 'chat') },
  { title: 'sends protocols in their order', expected: 'second', observe: chosenFrom(() => ['second', 'first']) },
]

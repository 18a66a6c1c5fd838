/** Attacks on the memory of a hub. Each is run by a few connections. */

import type { Socket } from 'node:net'
import { OPCODES, connectTo, frame, handshake, openPlain, openSession, openSilent } from './attacker.ts'

export interface Attack {
  name: string
  /** Connects. Resolves when the connection is idle. */
  open(port: number, index: number): Promise<Socket>
  /** What to send, and send again until the amount is reached. */
  pieces(count: number): Buffer
  /** How many pieces one connection sends at most. @default no bound but the amount */
  most?: number
  /** What one connection may hold besides four times what it sends, in bytes, with the bound that allows it. @default FIXED */
  fixed?: number
  /** The hub accepts what the attack sends, so the connection stays open. */
  isAccepted?: true
  /** A few connections hold much. */
  isLarge?: true
  /** Each piece is a packet of its own. */
  isSplit?: true
}

const KIB = 1024
const MIB = KIB * KIB

/** The buffers of a socket, and a request with the longest headers that Node accepts. */
export const FIXED: number = 64 * KIB
/** `limits.frameMemory`. */
const FRAME = MIB + FIXED
/** 128 streams with a history, an epoch and a subscription each. */
const STREAMS = 128 * 3 * KIB + FIXED
/** The list of members of 128 streams, each with one `info` of 4 KiB, until it is sent. `limits.sendBuffer` allows twice as much. */
const LISTS = 128 * 4 * KIB
/** The results of a session at the link and in the store, and the idempotency keys of a user. */
const RESULTS = 2 * 256 * KIB + 4 * MIB + FIXED

const emit = (json: string): Buffer => frame(`{"t":"emit","d":${json}}`)
/** JSON of about so many bytes. */
const list = (item: (index: number) => string, bytes: number): string => {
  const items: string[] = []
  for (let length = 0; length < bytes; length += items.at(-1)!.length + 1) items.push(item(items.length))
  return items.join(',')
}
const name = (index: number): string => index.toString(36).padStart(4, 'a')

/** JSON whose values need much more memory than its text. Each is nearly as long as `limits.frameMemory` allows. */
const DENSE: readonly (readonly [name: string, json: string])[] = [
  ['nested arrays', `[${list(() => `${'['.repeat(20)}${']'.repeat(20)}`, 42 * KIB)}]`],
  ['empty arrays', `[${list(() => '[]', 100 * KIB)}]`],
  ['arrays of two numbers', `[${list((n) => `[${n % 10},1]`, 118 * KIB)}]`],
  ['small objects', `[${list(() => '{"a":0}', 500 * KIB)}]`],
  ['numbers', `[${list(() => '1', 900 * KIB)}]`],
  ['numbers with fractions among others', `[[],${list(() => '1.5', 480 * KIB)}]`],
  ['short texts', `[${list((n) => `"${name(n)}"`, 700 * KIB)}]`],
  ['objects with different members', `[${list((n) => `{"${name(n)}":0}`, 50 * KIB)}]`],
  ['members of one object', `{${list((n) => `"${name(n)}":0`, 195 * KIB)}}`],
]

const hanging = (port: number): Promise<Socket> => openSession(port, '/hanging')

export const attacks: readonly Attack[] = [
  ...DENSE.flatMap(([name, json]): Attack[] => [
    {
      name: `one message of ${name} in a listener`,
      open: hanging,
      pieces: () => emit(json),
      most: 1,
      fixed: FRAME,
      isAccepted: true,
      isLarge: true,
    },
    {
      name: `messages of ${name} that wait`,
      open: hanging,
      pieces: () => emit(json),
      fixed: FRAME,
      isAccepted: true,
      isLarge: true,
    },
  ]),
  { name: 'small messages that wait', open: hanging, pieces: () => emit('1'), most: 2000, isAccepted: true },
  {
    name: 'small messages of a plain client that wait',
    open: (port) => openPlain(port, '/hanging'),
    pieces: () => frame('1'),
    most: 2000,
    isAccepted: true,
  },
  {
    name: 'fragments of 1 byte of messages that never end',
    open: (port) => openSession(port, '/idle'),
    pieces: (count) => frame('x', count === 0 ? OPCODES.text : OPCODES.continuation, false),
    most: 511,
  },
  {
    name: 'a long fragment of a message that never ends',
    open: (port) => openSession(port, '/idle'),
    pieces: () => frame('x'.repeat(MIB - 1), OPCODES.text, false),
    most: 1,
  },
  {
    name: 'a frame whose bytes come one by one',
    open: (port) => openSession(port, '/idle'),
    pieces: (count) => (count === 0 ? frame('x'.repeat(MIB)).subarray(0, 20) : Buffer.from('x')),
    most: 300,
    isSplit: true,
  },
  {
    name: 'pings of the longest size',
    open: (port) => openSession(port, '/idle'),
    pieces: () => frame('x'.repeat(125), OPCODES.ping),
    most: 900,
  },
  {
    name: 'pings whose pongs are not read',
    open: async (port) => (await openSession(port, '/idle')).pause(),
    pieces: () => frame('x'.repeat(125), OPCODES.ping),
    most: 900,
  },
  {
    name: 'auth frames while authenticate hangs',
    open: (port) => openSession(port, '/auth'),
    pieces: () => frame('{"t":"auth","token":"slow"}'),
    most: 2000,
  },
  {
    name: 'a hello with the longest lists, while authenticate hangs',
    open: (port) => openSilent(port, '/auth'),
    pieces: () =>
      frame(
        JSON.stringify({
          t: 'hello',
          v: 1,
          token: 'slow',
          sub: Array.from({ length: 4096 }, (_, index) => name(index)),
          pos: Object.fromEntries(Array.from({ length: 4096 }, (_, index) => [`p${name(index)}`, ['e', 1]])),
          req: Array.from({ length: 4096 }, (_, index) => index + 1),
        }),
      ),
    most: 1,
    fixed: FRAME,
  },
  {
    name: 'a hello with 128 streams of its own',
    open: (port) => openSilent(port, '/idle'),
    pieces: () =>
      frame(JSON.stringify({ t: 'hello', v: 1, sub: Array.from({ length: 128 }, () => crypto.randomUUID()) })),
    most: 1,
    fixed: STREAMS,
  },
  {
    name: 'a hello with 128 streams of its own, with presence and a long info',
    open: (port) => openSilent(port, '/presence'),
    pieces: () =>
      frame(JSON.stringify({ t: 'hello', v: 1, sub: Array.from({ length: 128 }, () => crypto.randomUUID()) })),
    most: 1,
    fixed: STREAMS + LISTS,
  },
  {
    name: 'sub frames for names of 256 bytes',
    open: (port) => openSession(port, '/idle'),
    pieces: () => frame(JSON.stringify({ t: 'sub', stream: `${crypto.randomUUID()}${'x'.repeat(220)}` })),
    most: 500,
  },
  {
    name: 'requests with long answers and idempotency keys',
    open: (port) => openSession(port, '/answers'),
    pieces: (count) => frame(JSON.stringify({ t: 'send', seq: count + 1, d: 1, rq: 1, idem: `${count}` })),
    most: 200,
    fixed: RESULTS,
  },
  {
    name: 'deliveries with idempotency keys of 256 bytes',
    open: (port) => openSession(port, '/answers'),
    pieces: (count) => frame(JSON.stringify({ t: 'send', seq: count + 1, d: 1, idem: `${count}`.padStart(256, 'x') })),
    most: 900,
  },
  {
    name: 'a request line and headers that never end',
    open: connectTo,
    pieces: (count) => Buffer.from(count === 0 ? 'GET / HTTP/1.1\r\n' : `a${count}: b\r\n`),
    most: 1000,
  },
  {
    name: 'upgrades that wait, with as many headers as Node accepts',
    open: connectTo,
    pieces: () => {
      const headers = Array.from({ length: 1500 }, (_, index) => `a${index}: b`).join('\r\n')
      return Buffer.from(handshake('/upgrade').replace('Host: a', `Host: a\r\n${headers}`))
    },
    most: 1,
  },
]

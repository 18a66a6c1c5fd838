/** Parses and checks the frames of clients. PROTOCOL.md lists them. Unknown kinds and members are ignored. */

import type { Position } from '../store/store.ts'
import { BadFrameError, type JsonLimits, parseJson } from './json.ts'

/** The members have the short names of the wire. */
export interface HelloFrame {
  t: 'hello'
  v: unknown
  token: string | undefined
  /** The session to resume. */
  sid: string | undefined
  key: string | undefined
  /** The streams to follow. A resumed stream has a position, a new one has none. */
  streams: ReadonlyMap<string, Position | undefined>
  /** The requests of that session which have no answer yet. */
  req: readonly number[]
}

export interface SendFrame {
  t: 'send'
  seq: number
  d: unknown
  ch: string | undefined
  idem: string | undefined
  rq: boolean
}

export type ClientFrame =
  | HelloFrame
  | SendFrame
  | { t: 'emit'; d: unknown; ch: string | undefined }
  | { t: 'ping'; id: unknown }
  | { t: 'pong' }
  | { t: 'auth'; token: string }
  | { t: 'sub'; stream: string; pos: Position | undefined }
  | { t: 'unsub'; stream: string }

type Members = Record<string, unknown>

/** PROTOCOL.md: the longest name of a stream, label or idempotency key, in bytes. */
const LONGEST_NAME = 256
/** Ids of this hub have 22 characters. Much longer ones are refused before the store is asked. */
const LONGEST_ID = 64
/** Of streams and of requests in `hello`. It bounds the memory that a client needs before it is authenticated. */
const LONGEST_LIST = 4096

const assertValid = (valid: unknown, expected: string): void => {
  if (!valid) throw new BadFrameError(expected)
}

/** Whether the value is a valid name of a stream, label or key: a string of 1 to 256 bytes. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= LONGEST_NAME &&
  Buffer.byteLength(value) <= LONGEST_NAME

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const readName = (value: unknown, member: string): string => {
  assertValid(isName(value), `${member}: a string of 1 to ${LONGEST_NAME} bytes`)
  return value as string
}
const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value)

const readId = (value: unknown): string => {
  assertValid(
    typeof value === 'string' && value.length <= LONGEST_ID,
    `sid, key: a string of at most ${LONGEST_ID} characters`,
  )
  return value as string
}
const readToken = (value: unknown): string => {
  assertValid(typeof value === 'string', 'token: a string')
  return value as string
}
const readPosition = (value: unknown): Position => {
  const [epoch, off] = Array.isArray(value) ? (value as unknown[]) : []
  assertValid(
    typeof epoch === 'string' && epoch !== '' && epoch.length <= LONGEST_ID && isCount(off),
    'pos: [epoch, off]',
  )
  return { epoch: epoch as string, offset: off as number }
}
const readList = <T>(value: unknown, member: string, read: (value: unknown) => T): T[] => {
  assertValid(Array.isArray(value) && value.length <= LONGEST_LIST, `${member}: a list of at most ${LONGEST_LIST}`)
  return (value as unknown[]).map(read)
}
const readSeq = (value: unknown): number => {
  assertValid(isCount(value) && value > 0, 'seq: 1, 2, 3…')
  return value as number
}

const readHello = (frame: Members): HelloFrame => {
  const streams = new Map<string, Position | undefined>()
  for (const stream of optional(frame['sub'], (value) => readList(value, 'sub', (item) => readName(item, 'sub'))) ??
    []) {
    streams.set(stream, undefined)
  }
  const pos = optional(frame['pos'], (value) => {
    assertValid(typeof value === 'object' && !Array.isArray(value), 'pos: {stream: at}')
    return readList(Object.entries(value as Members), 'pos', (entry) => entry as [string, unknown])
  })
  for (const [stream, at] of pos ?? []) streams.set(readName(stream, 'pos'), readPosition(at))
  return {
    t: 'hello',
    v: frame['v'],
    token: optional(frame['token'], readToken),
    sid: optional(frame['sid'], readId),
    key: optional(frame['key'], readId),
    streams,
    req: optional(frame['req'], (value) => readList(value, 'req', readSeq)) ?? [],
  }
}

const readLabel = (frame: Members, member: 'ch' | 'idem'): string | undefined =>
  optional(frame[member], (value) => readName(value, member))

const READERS: Record<string, (frame: Members) => ClientFrame> = {
  hello: readHello,
  send: (frame) => {
    assertValid('d' in frame, 'd: missing')
    return {
      t: 'send',
      seq: readSeq(frame['seq']),
      d: frame['d'],
      ch: readLabel(frame, 'ch'),
      idem: readLabel(frame, 'idem'),
      rq: frame['rq'] === 1,
    }
  },
  emit: (frame) => {
    assertValid('d' in frame, 'd: missing')
    return { t: 'emit', d: frame['d'], ch: readLabel(frame, 'ch') }
  },
  ping: (frame) => {
    const { id } = frame
    assertValid(
      id === undefined || typeof id === 'number' || (typeof id === 'string' && id.length <= LONGEST_ID),
      'id: a number or short text',
    )
    return { t: 'ping', id }
  },
  pong: () => ({ t: 'pong' }),
  auth: (frame) => ({ t: 'auth', token: readToken(frame['token']) }),
  sub: (frame) => ({
    t: 'sub',
    stream: readName(frame['stream'], 'stream'),
    pos: optional(frame['pos'], readPosition),
  }),
  unsub: (frame) => ({ t: 'unsub', stream: readName(frame['stream'], 'stream') }),
}

/** Returns undefined for an unknown kind of frame. @throws BadFrameError */
export const readFrame = (text: string, limits: JsonLimits): ClientFrame | undefined => {
  const frame = parseJson(text, limits)
  assertValid(typeof frame === 'object' && frame !== null && !Array.isArray(frame), 'not an object')
  const { t } = frame as Members
  assertValid(typeof t === 'string', 't: a string')
  return Object.hasOwn(READERS, t as string) ? READERS[t as string]!(frame as Members) : undefined
}

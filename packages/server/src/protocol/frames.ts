/** Frames of clients, from text to values that the rest may trust. PROTOCOL.md has the table; unknown kinds and members are ignored. */

import { BadFrame, parseJson } from './json.ts'
import type { Position } from '../store/store.ts'

export interface HelloFrame {
  t: 'hello'
  v: unknown
  token: string | undefined
  /** The session asked for. */
  sid: string | undefined
  key: string | undefined
  /** Streams to go on with, and their positions; streams to begin have none. */
  streams: ReadonlyMap<string, Position | undefined>
  /** Requests that are still waited for. */
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

/** PROTOCOL.md: names of streams, labels and idempotency keys. */
const LONGEST_NAME = 256
/** Ours are 22 characters; those of others are refused before they are looked up. */
const LONGEST_ID = 64

const need = (valid: unknown, what: string): void => {
  if (!valid) throw new BadFrame(what)
}

/** Whether it may name a stream, a label or a key: 1 to 256 bytes. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= LONGEST_NAME &&
  Buffer.byteLength(value) <= LONGEST_NAME

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const name = (value: unknown, member: string): string => {
  need(isName(value), `${member}: a string of 1 to ${LONGEST_NAME} bytes`)
  return value as string
}
const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value)

const readId = (value: unknown): string => {
  need(
    typeof value === 'string' && value.length <= LONGEST_ID,
    `sid, key: a string of at most ${LONGEST_ID} characters`,
  )
  return value as string
}
const readToken = (value: unknown): string => {
  need(typeof value === 'string', 'token: a string')
  return value as string
}
const readPosition = (value: unknown): Position => {
  const [epoch, off] = Array.isArray(value) ? (value as unknown[]) : []
  need(typeof epoch === 'string' && epoch !== '' && epoch.length <= LONGEST_ID && isCount(off), 'pos: [epoch, off]')
  return { epoch: epoch as string, offset: off as number }
}
const readList = <T>(value: unknown, member: string, read: (value: unknown) => T): T[] => {
  need(Array.isArray(value), `${member}: a list`)
  return (value as unknown[]).map(read)
}
const readSeq = (value: unknown): number => {
  need(isCount(value) && value > 0, 'seq: 1, 2, 3…')
  return value as number
}

const readHello = (frame: Members): HelloFrame => {
  const streams = new Map<string, Position | undefined>()
  for (const stream of optional(frame['sub'], (value) => readList(value, 'sub', (item) => name(item, 'sub'))) ?? []) {
    streams.set(stream, undefined)
  }
  const pos = optional(frame['pos'], (value) => {
    need(typeof value === 'object' && !Array.isArray(value), 'pos: {stream: at}')
    return Object.entries(value as Members)
  })
  for (const [stream, at] of pos ?? []) streams.set(name(stream, 'pos'), readPosition(at))
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

const label = (frame: Members, member: 'ch' | 'idem'): string | undefined =>
  optional(frame[member], (value) => name(value, member))

const KINDS: Record<string, (frame: Members) => ClientFrame> = {
  hello: readHello,
  send: (frame) => {
    need('d' in frame, 'd: missing')
    return {
      t: 'send',
      seq: readSeq(frame['seq']),
      d: frame['d'],
      ch: label(frame, 'ch'),
      idem: label(frame, 'idem'),
      rq: frame['rq'] === 1,
    }
  },
  emit: (frame) => {
    need('d' in frame, 'd: missing')
    return { t: 'emit', d: frame['d'], ch: label(frame, 'ch') }
  },
  ping: (frame) => {
    const { id } = frame
    need(
      id === undefined || typeof id === 'number' || (typeof id === 'string' && id.length <= LONGEST_ID),
      'id: a number or short text',
    )
    return { t: 'ping', id }
  },
  pong: () => ({ t: 'pong' }),
  auth: (frame) => ({ t: 'auth', token: readToken(frame['token']) }),
  sub: (frame) => ({ t: 'sub', stream: name(frame['stream'], 'stream'), pos: optional(frame['pos'], readPosition) }),
  unsub: (frame) => ({ t: 'unsub', stream: name(frame['stream'], 'stream') }),
}

/** Undefined for a kind that is not known. @throws BadFrame */
export const readFrame = (text: string, depth: number): ClientFrame | undefined => {
  const frame = parseJson(text, depth)
  need(typeof frame === 'object' && frame !== null && !Array.isArray(frame), 'not an object')
  const { t } = frame as Members
  need(typeof t === 'string', 't: a string')
  return Object.hasOwn(KINDS, t as string) ? KINDS[t as string]!(frame as Members) : undefined
}

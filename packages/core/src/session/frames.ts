/** Frames of the protocol. No member of a received frame can be trusted to have its type. */

import { check } from '../base/errors.ts'
import type { Presence, StreamMessage } from '../client/session.ts'
import type { Codec } from '../messaging/codec.ts'
import { type RawOutgoing, byteLength } from '../transport/frame.ts'

/** Any frame of the server except `welcome`. */
export type Frame = {
  readonly [
    Member in
      | 't'
      | 's'
      | 'd'
      | 'off'
      | 're'
      | 'seq'
      | 'e'
      | 'at'
      | 'epoch'
      | 'why'
      | 'in'
      | 'out'
      | 'all'
      | 'id'
      | 'top'
  ]?: unknown
}

export type Welcome = {
  readonly [Member in 'sid' | 'key' | 'resumed' | 'cseq' | 'hb' | 'max' | 'streams' | 'err']?: unknown
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** The entries of an object; none for other values. */
export const entries = (given: unknown): [string, unknown][] => Object.entries(Object(given) as object)

/** @throws OptionError unless the server accepts it as the name of a stream, a label or a key */
export const checkName = (what: string, name: unknown): void =>
  check(what, name, typeof name === 'string' && name && byteLength(name) <= 256, 'a string of 1 to 256 bytes')

/** A message inside a frame of the protocol. */
export class SessionFrame {
  /** Parsed JSON. */
  readonly data: unknown
  /** Of a stream; undefined for a message to this client only. */
  readonly stream: Omit<StreamMessage, 'message'> | undefined

  constructor(data: unknown, stream: SessionFrame['stream']) {
    this.data = data
    this.stream = stream
  }
}

/** An encoded message as the JSON inside a frame. */
export const toJson = (codec: Codec<unknown, unknown>, frame: string): string =>
  codec.fromJson ? frame : JSON.stringify(frame)

/** The content of a `pres` frame; undefined if it is invalid. */
export const presenceOf = ({ s, all, in: joined, out }: Frame): Presence | undefined => {
  if (typeof s !== 'string' || ![all, joined, out].every((list = []) => Array.isArray(list))) return undefined
  // Through JSON, which removes the lists that are undefined.
  return JSON.parse(JSON.stringify({ stream: s, members: all, joined, left: out })) as Presence
}

/** Wraps an encoded message of the application. @throws TypeError if it is binary or longer than `maxBytes` */
export const emitFrame = (codec: Codec<unknown, unknown>, frame: RawOutgoing, maxBytes: number): string => {
  if (typeof frame !== 'string') throw new TypeError('a session carries text, not binary')
  const text = `{"t":"emit","d":${toJson(codec, frame)}}`
  const mayBeTooLong = text.length * 3 > maxBytes // UTF-8 has at most 3 bytes per UTF-16 unit
  if (mayBeTooLong && byteLength(text) > maxBytes) throw new TypeError(`longer than ${maxBytes} bytes`)
  return text
}

/** Returns an object, whatever was received: what is not JSON is ignored, as are frames of an unknown type. */
export const parseFrame = (data: unknown): object => {
  try {
    return Object(JSON.parse(data as string)) as object
  } catch {
    return {}
  }
}

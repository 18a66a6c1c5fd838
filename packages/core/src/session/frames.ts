/** What the protocol's frames hold. Nothing in one of the server's is known to be what it should. */

import { byteLength } from '../messaging/codec.ts'
import { check } from '../base/errors.ts'

/** Any frame of the server's but `welcome`. */
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

/** Of an object, whatever was given for one. */
export const entries = (given: unknown): [string, unknown][] => Object.entries(Object(given) as object)

/** @throws OptionError unless the server would take it for the name of a stream, a label or a key */
export const checkName = (what: string, name: unknown): void =>
  check(what, name, typeof name === 'string' && name && byteLength(name) <= 256, 'a string of 1 to 256 bytes')

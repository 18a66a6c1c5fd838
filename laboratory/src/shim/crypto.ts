/** The part of `node:crypto` that the hub uses. */

import { ShimBuffer, bufferMethods } from './buffer.ts'
import { sha256 } from './sha256.ts'

interface Hash {
  update(text: string): Hash
  digest(encoding: 'hex' | 'base64url'): string
}

export const createHash = (algorithm: string): Hash => {
  if (algorithm !== 'sha256') throw new Error(`createHash: expected sha256, got ${algorithm}`)
  let whole = ''
  const hash: Hash = {
    update: (text) => {
      whole += text
      return hash
    },
    digest: (encoding) => bufferMethods.from(sha256(bufferMethods.from(whole))).toString(encoding),
  }
  return hash
}

/** From the global `crypto`, which the arena replaces: a run with the same seed has the same keys. */
export const randomBytes = (length: number): ShimBuffer => crypto.getRandomValues(new ShimBuffer(length))

export const timingSafeEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])

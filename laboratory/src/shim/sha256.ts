/** SHA-256 (FIPS 180-4) without waiting: the digest of Web Crypto is asynchronous, and the hub's is not. */

const BLOCK = 64

const primes = (count: number): number[] => {
  const found: number[] = []
  for (let value = 2; found.length < count; value++) if (found.every((prime) => value % prime > 0)) found.push(value)
  return found
}
/** The first 32 bits of the fraction. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0
const ROUND_CONSTANTS = primes(64).map((prime) => fraction(Math.cbrt(prime)))
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)))

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

/** The message, a bit, zeros, and the length in bits. */
const pad = (message: Uint8Array): DataView => {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n)
  return view
}

const schedule = (view: DataView, offset: number): number[] => {
  const words = Array.from({ length: 16 }, (_, index) => view.getInt32(offset + 4 * index))
  for (let index = 16; index < 64; index++) {
    const [early = 0, late = 0] = [words[index - 15], words[index - 2]]
    const small = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const large = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    words.push(((words[index - 16] ?? 0) + small + (words[index - 7] ?? 0) + large) | 0)
  }
  return words
}

export const sha256 = (message: Uint8Array): Uint8Array => {
  const view = pad(message)
  const state = [...START]
  for (let offset = 0; offset < view.byteLength; offset += BLOCK) {
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
    for (const [index, word] of schedule(view, offset).entries()) {
      const choice = (e & f) ^ (~e & g)
      const first =
        (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (ROUND_CONSTANTS[index] ?? 0) + word) | 0
      const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
    }
    for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = ((state[index] ?? 0) + word) | 0
  }
  const digest = new DataView(new ArrayBuffer(32))
  for (const [index, word] of state.entries()) digest.setInt32(4 * index, word)
  return new Uint8Array(digest.buffer)
}

// Text in the form that a share link contains: base64url of its UTF-8 bytes, compressed with raw deflate.

import { LARGEST } from './validate.ts'

/** The longest code, in characters: enough for the largest scenario if it could not be compressed at all. */
export const LONGEST_CODE = LARGEST * 1.5

/** Returns the code of a text. */
export async function encodeText(text: string): Promise<string> {
  const bytes = await collect(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw')), Infinity)
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Returns the text of a code, or null when the code is damaged, or the text longer than a scenario may be: a link cannot fill the memory. */
export async function decodeText(code: string): Promise<string | null> {
  if (code.length > LONGEST_CODE || !/^[\w-]+$/.test(code)) return null
  try {
    const binary = atob(code.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    return new TextDecoder('utf-8', { fatal: true }).decode(await collect(stream, LARGEST))
  } catch {
    return null
  }
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = stream.getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.length
    if (length > limit) {
      await reader.cancel()
      throw new RangeError(`expected at most ${limit} bytes`)
    }
    chunks.push(read.value)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

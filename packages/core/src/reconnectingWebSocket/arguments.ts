/** The checks of WebIDL and of WHATWG WebSockets for the arguments of the class. */

import { messageOf } from '../base/errors.ts'
import { resolveUrl } from '../transport/dial.ts'
import { byteLength, type RawOutgoing } from '../transport/frame.ts'

/** As many as were given. */
export type CloseArguments = [code?: number, reason?: string]

/** A token of RFC 7230, which a subprotocol must be. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** Its message has no subprotocol and no query, which may be secret. */
const syntaxError = (message: string): DOMException => new DOMException(message, 'SyntaxError')

/** Returns the serialised URL. @throws DOMException SyntaxError, and what the conversion to a string throws */
export const checkUrl = (url: unknown): string => {
  const text = `${url}`
  const page = globalThis.document?.baseURI ?? globalThis.location?.href
  try {
    return new URL(resolveUrl(text || `${page?.replace(/#.*/s, '')}`, page)).href
  } catch (error) {
    throw syntaxError(messageOf(error))
  }
}

/** Converts subprotocols to strings. @throws what the conversion throws */
export const toStrings = (protocols: unknown): string[] => {
  const isList = typeof protocols === 'object' && protocols && Symbol.iterator in protocols
  const names: unknown[] = isList ? [...(protocols as Iterable<unknown>)] : [protocols ?? []].flat()
  return names.map((name) => `${name}`)
}

/** Returns the subprotocols as strings. @throws DOMException SyntaxError, and what `toStrings` throws */
export const checkProtocols = (protocols: unknown): string[] => {
  const names = toStrings(protocols)
  if (names.every((name, index) => TOKEN.test(name) && names.indexOf(name) === index)) return names
  throw syntaxError('protocols: expected tokens of RFC 6455, each once')
}

/** `[Clamp] unsigned short` of WebIDL: to the nearest integer in range, and to the even one of two. */
const clamp = (value: unknown): number => {
  // `Math` throws for a symbol and for a BigInt.
  const number = Math.min(Math.max(value as number, 0), 65_535) || 0
  const rounded = Math.round(number)
  return rounded - number === 0.5 ? rounded - (rounded % 2) : rounded
}

/**
 * Returns the arguments for the platform's `close`.
 *
 * @throws DOMException InvalidAccessError for a code that an application may not send, SyntaxError for a long reason
 */
export const checkClose = (code: unknown, reason: unknown = ''): CloseArguments => {
  const given = clamp(code)
  const text = `${reason}`
  if (code !== undefined && given !== 1000 && !(given >= 3000 && given < 5000))
    throw new DOMException('code: expected 1000 or 3000-4999', 'InvalidAccessError')
  if (byteLength(text) > 123) throw syntaxError('reason: expected at most 123 bytes')
  if (code === undefined) return []
  return text ? [given, text] : [given]
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/** What the platform's `send` would send. @throws TypeError for shared or resizable memory, and what the conversion to a string throws */
export const toFrame = (data: unknown): RawOutgoing => {
  const isView = ArrayBuffer.isView(data)
  if (!isView && !/^(Blob|File|(Shared)?ArrayBuffer)$/.test(tagOf(data))) return `${data}`
  const memory = (isView ? data.buffer : data) as { resizable?: boolean }
  if (memory.resizable || tagOf(memory) === 'SharedArrayBuffer')
    throw new TypeError('send: expected a buffer that is neither shared nor resizable')
  return data as ArrayBuffer
}

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

/** Returns the serialised URL. @throws DOMException SyntaxError */
export const checkUrl = (url: string): string => {
  try {
    return resolveUrl(new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href)
  } catch (error) {
    throw syntaxError(messageOf(error))
  }
}

/** Converts as WebIDL does, but null means none, unless it is to be the text. */
export const toProtocols = (protocols: unknown, isNullText = false): string[] => {
  if (protocols === undefined || (protocols === null && !isNullText)) return []
  const isObject = typeof protocols === 'object' && protocols
  if (isObject && 'protocols' in protocols) return toProtocols(protocols.protocols)
  const isList = isObject && Symbol.iterator in protocols
  return (isList ? [...(protocols as Iterable<unknown>)] : [protocols]).map((protocol) => `${protocol}`)
}

/** Returns the subprotocols. @throws DOMException SyntaxError */
export const checkProtocols = (names: string[]): string[] => {
  if (names.every((name, index) => TOKEN.test(name) && names.indexOf(name) === index)) return names
  throw syntaxError('protocols: expected tokens of RFC 6455, each once')
}

/** To the nearest integer, and to the even one of two, as `[Clamp]` of WebIDL. No code that it limits to its range is accepted. */
const toInteger = (value: unknown): number => {
  const number = +(value as number)
  const rounded = Math.round(number)
  return rounded - number === 0.5 ? rounded - (rounded % 2) : rounded
}

/**
 * Returns the arguments for the platform's `close`.
 *
 * @throws DOMException InvalidAccessError for a code that an application may not send, SyntaxError for a long reason
 */
export const checkClose = (code: unknown, reason: unknown = ''): CloseArguments => {
  const given = toInteger(code)
  const text = `${reason}`
  if (code !== undefined && given !== 1000 && !(given >= 3000 && given < 5000))
    throw new DOMException('code: expected 1000 or 3000-4999', 'InvalidAccessError')
  if (byteLength(text) > 123) throw syntaxError('reason: expected at most 123 bytes')
  return code === undefined ? [] : [given, text]
}

/** What the platform's `send` would send. */
export const toFrame = (data: unknown): RawOutgoing =>
  typeof data === 'object' && data && ('byteLength' in data || 'arrayBuffer' in data)
    ? (data as ArrayBuffer)
    : `${data}`

/** The checks of WebIDL and of WHATWG WebSockets for the arguments of the class. */

import { messageOf } from '../base/errors.ts'
import { resolveUrl } from '../transport/dial.ts'
import { byteLength, type RawOutgoing } from '../transport/frame.ts'

/** As many as were given. */
export type CloseArguments = [code?: number, reason?: string]

/** A token of RFC 7230, which a subprotocol must be. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** Returns the serialised URL. @throws DOMException SyntaxError */
export const checkUrl = (url: unknown): string => {
  try {
    return new URL(resolveUrl(`${url}`, globalThis.document?.baseURI ?? globalThis.location?.href)).href
  } catch (error) {
    throw new DOMException(messageOf(error), 'SyntaxError')
  }
}

/** Returns the subprotocols as strings. @throws DOMException SyntaxError, without the protocols, which may be secret */
export const checkProtocols = (protocols: unknown): string[] => {
  const isList = typeof protocols === 'object' && protocols && Symbol.iterator in protocols
  const names = (isList ? [...(protocols as Iterable<unknown>)] : [protocols ?? []].flat()).map(String)
  if (names.every((name, index) => TOKEN.test(name) && names.indexOf(name) === index)) return names
  throw new DOMException('protocols: expected tokens of RFC 6455, each once', 'SyntaxError')
}

/** `[Clamp] unsigned short` of WebIDL: to the nearest integer in range, and to the even one of two. */
const clamp = (value: unknown): number => {
  const number = Math.min(Math.max(Number(value), 0), 65_535) || 0
  const rounded = Math.round(number)
  return rounded - number === 0.5 ? rounded - (rounded % 2) : rounded
}

/**
 * Returns the arguments for the platform's `close`.
 *
 * @throws DOMException InvalidAccessError for a code that an application may not send, SyntaxError for a long reason
 */
export const checkClose = (code: unknown, reason: unknown): CloseArguments => {
  const isGiven = code !== undefined
  const given = clamp(code)
  const text = reason === undefined ? '' : `${reason}`
  if (isGiven && given !== 1000 && !(given >= 3000 && given < 5000))
    throw new DOMException('code: expected 1000 or 3000-4999', 'InvalidAccessError')
  if (byteLength(text) > 123) throw new DOMException('reason: expected at most 123 bytes', 'SyntaxError')
  return isGiven ? (text ? [given, text] : [given]) : []
}

/** What the platform's `send` would send. */
export const toFrame = (data: unknown): RawOutgoing =>
  typeof data === 'object' && data && ('byteLength' in data || 'arrayBuffer' in data)
    ? (data as ArrayBuffer)
    : `${data}`

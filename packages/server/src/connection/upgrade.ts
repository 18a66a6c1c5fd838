/** Before a socket is open: who may come at all. What is refused here costs no WebSocket. */

import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { check } from '../errors.ts'

/** Pages that may connect: their origins, or a function of it. Clients that are no browser send none, and pass. */
export type AllowedOrigins = readonly string[] | ((origin: string, request: IncomingMessage) => boolean)

/** @throws OptionError */
export const checkOrigins = (allowed: AllowedOrigins | undefined): void => {
  if (allowed === undefined || typeof allowed === 'function') return
  check('allowedOrigins', allowed, Array.isArray(allowed), 'a list of origins, or a function')
  for (const origin of allowed) {
    const valid = typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin
    check('allowedOrigins', origin, valid, "origins such as 'https://example.com', without a path")
  }
}

/** Against pages of others that use the visitor's cookies (cross-site WebSocket hijacking). */
export const isAllowed = (allowed: AllowedOrigins | undefined, request: IncomingMessage): boolean => {
  const { origin } = request.headers
  if (allowed === undefined || origin === undefined) return true
  return typeof allowed === 'function' ? allowed(origin, request) : allowed.includes(origin)
}

/** Answers the request and hangs up. */
export const refuseUpgrade = (socket: Duplex, status: 400 | 401 | 403 | 404 | 503): void => {
  const text = STATUS_CODES[status] ?? ''
  const later = status === 503 ? 'Retry-After: 1\r\n' : ''
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\n${later}Content-Length: 0\r\n\r\n`)
}

/** The path of a request, without the query. Undefined for what is none. */
export const pathOf = ({ url = '/' }: IncomingMessage): string | undefined => {
  const [path] = url.split('?')
  return path?.startsWith('/') ? path : undefined
}

/** The subprotocols that a client offers. */
export const offered = ({ headers }: IncomingMessage): string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())

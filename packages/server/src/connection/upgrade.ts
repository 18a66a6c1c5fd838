/** Checks and refusals before the WebSocket upgrade, so that a refused client costs no WebSocket. */

import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { check } from '../errors.ts'

/** The origins that may connect, or a function that decides. Clients outside a browser send no origin and are accepted. */
export type AllowedOrigins = readonly string[] | ((origin: string, request: IncomingMessage) => boolean)

/** @throws OptionError */
export const checkOrigins = (allowed: AllowedOrigins | undefined): void => {
  if (allowed === undefined || typeof allowed === 'function') return
  check('allowedOrigins', allowed, Array.isArray(allowed), 'a list of origins, or a function')
  for (const origin of allowed) {
    const isOrigin = typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin
    check('allowedOrigins', origin, isOrigin, "origins such as 'https://example.com', without a path")
  }
}

/** Prevents cross-site WebSocket hijacking: pages of other origins must not use the cookies of a visitor. */
export const isAllowed = (allowed: AllowedOrigins | undefined, request: IncomingMessage): boolean => {
  const { origin } = request.headers
  if (allowed === undefined || origin === undefined) return true
  return typeof allowed === 'function' ? allowed(origin, request) : allowed.includes(origin)
}

/** Answers the request with a status and closes the socket. */
export const refuseUpgrade = (socket: Duplex, status: 400 | 401 | 403 | 404 | 503): void => {
  const text = STATUS_CODES[status] ?? ''
  const retryAfter = status === 503 ? 'Retry-After: 1\r\n' : ''
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\n${retryAfter}Content-Length: 0\r\n\r\n`)
}

/** The path of a request without the query. Undefined if the URL is no path. */
export const pathOf = ({ url = '/' }: IncomingMessage): string | undefined => {
  const [path] = url.split('?')
  return path?.startsWith('/') ? path : undefined
}

/** The subprotocols that the client offers. */
export const offeredProtocols = ({ headers }: IncomingMessage): string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())

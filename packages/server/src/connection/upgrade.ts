/** Checks and refusals before the WebSocket upgrade, so that a refused client costs no WebSocket. */

import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type CallbackContext, askPermission, callBack, reportAnswer } from '../context/callbacks.ts'
import { OptionError, check, describe, isHubError } from '../errors.ts'

/**
 * The origins that may connect, or a function that decides: only `true` accepts. Clients outside a browser send no origin and are
 * accepted.
 */
export type AllowedOrigins =
  | readonly string[]
  | ((origin: string, request: IncomingMessage) => boolean | Promise<boolean>)

/** Refuses clients before anything else is done for them: only `true` accepts. A status from 400 to 599 refuses with it, `false` with 403. */
export type BeforeUpgrade = (request: IncomingMessage) => boolean | number | Promise<boolean | number>

/** @throws OptionError */
export const checkOrigins = (allowed: AllowedOrigins | undefined): void => {
  if (typeof allowed === 'function') return
  const expected = 'a list of origins, or a function, or no option of this name'
  if (!Array.isArray(allowed)) throw new OptionError('allowedOrigins', allowed, expected)
  for (const origin of allowed as readonly unknown[]) {
    const isOrigin = typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin
    check('allowedOrigins', origin, isOrigin, "origins such as 'https://example.com', without a path")
  }
}

/** Prevents cross-site WebSocket hijacking: pages of other origins must not use the cookies of a visitor. @throws CallbackError */
export const isAllowed = async (
  context: CallbackContext,
  allowed: AllowedOrigins | undefined,
  request: IncomingMessage,
): Promise<boolean> => {
  // The older version 8 of the protocol, which `ws` also accepts, has another name for it.
  const origin = request.headers.origin ?? request.headers['sec-websocket-origin']?.toString()
  if (allowed === undefined || origin === undefined) return true
  if (typeof allowed !== 'function') return allowed.includes(origin)
  return await askPermission(context, { name: 'allowedOrigins', run: () => allowed(origin, request), request })
}

/** Resolves with the status of a refusal, or undefined if the client is accepted. @throws CallbackError */
export const earlyRefusal = async (
  context: CallbackContext,
  beforeUpgrade: BeforeUpgrade | undefined,
  request: IncomingMessage,
): Promise<number | undefined> => {
  if (!beforeUpgrade) return undefined
  const call = { name: 'beforeUpgrade', run: () => beforeUpgrade(request), request }
  try {
    const answer = await callBack(context, call)
    if (answer === true) return undefined
    if (Number.isInteger(answer) && (answer as number) >= 400 && (answer as number) < 600) return answer as number
    if (answer !== false)
      reportAnswer(context, call, `expected true, false or a status from 400 to 599, got ${describe(answer)}`)
  } catch (error) {
    if (!isHubError(error)) throw error
  }
  return 403
}

/** Answers the request with a status and closes the socket. */
export const refuseUpgrade = (socket: Duplex, status: number): void => {
  const text = STATUS_CODES[status] ?? ''
  const retryAfter = status === 503 || status === 429 ? 'Retry-After: 1\r\n' : ''
  // RFC 6455 4.4: a client of another version learns which one the server supports.
  const version = status === 400 ? 'Sec-WebSocket-Version: 13\r\n' : ''
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\n${retryAfter}${version}Content-Length: 0\r\n\r\n`)
}

/** The path of a request without the query. Undefined if the URL is no path. */
export const pathOf = ({ url = '/' }: IncomingMessage): string | undefined => {
  const [path] = url.split('?')
  return path?.startsWith('/') ? path : undefined
}

/** The subprotocols that the client offers. */
export const offeredProtocols = ({ headers }: IncomingMessage): string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())

/** `session()`: creates what the option `session` takes. */

import { check } from '../base/errors.ts'
import type { AttachedSession, Session, SessionHost, SessionMethods } from '../client/session.ts'
import type { Codec } from '../messaging/codec.ts'
import type { RawMessage } from '../transport/frame.ts'
import type { Transport } from '../transport/transport.ts'
import { createDeliver } from './deliver.ts'
import { NoSessionError, NotSentError } from './errors.ts'
import { SessionProtocol } from './protocol.ts'
import { SessionFrame, toJson } from './frames.ts'
import type { SessionOptions } from './sessionOptions.ts'
import { SessionTransport } from './sessionTransport.ts'

/**
 * Delivery across reconnects with `@holdfast/server`; plain WebSocket with any other server.
 *
 * @example
 * const client = createWebSocket('wss://example.org/hub', { codec: json<Line, Line>(), session: session({ streams: ['news'] }) })
 * client.on('resync', ({ stream, wait }) => setTimeout(() => fetchState(stream), wait))
 * await client.deliver({ text: 'hello' }, { idempotencyKey: crypto.randomUUID() }) // the server has applied it, once
 */
export const session = <In = unknown, Out = unknown>(options: SessionOptions<In, Out> = {}): Session => ({
  attach: (host, transport, codec) => attach(options as SessionOptions, host, transport, codec),
})

const attach = (
  options: SessionOptions,
  host: SessionHost,
  transport: Transport,
  codec: Codec<unknown, unknown>,
): AttachedSession => {
  const { token } = options
  // Its type and not its value, which may be a token.
  check('token', typeof token, !token || typeof token === 'function', 'a function')
  check('transport', transport, !transport.readOnly, 'one that can send, because a session needs it')
  const protocol = new SessionProtocol(host, codec, options)
  const { deliveries, streams } = protocol
  const sessionTransport = new SessionTransport(transport, protocol, token)
  const deliver = createDeliver(deliveries, host.clock, (message) => {
    if (protocol.isDisposed) throw new NotSentError('disposed')
    host.engine.checkLink()
    if (protocol.isPlain) throw new NoSessionError('the server has no sessions')
    return toJson(codec, host.encode(message) as string)
  })
  const end = (isDisposed: boolean): void => {
    sessionTransport.probeAgain()
    protocol.end(isDisposed)
  }
  return {
    transport: sessionTransport,
    codec: createSessionCodec(codec, () => protocol.isPlain),
    eventNames: ' or resync or unconfirmed or resumed or stream or presence',
    members: Object.getOwnPropertyDescriptors<SessionMethods<unknown>>({
      deliver: (message, given) => deliver(message, given) as never,
      request: (message, given) => deliver(message, given, true) as never,
      join: streams.join,
      leave: streams.leave,
      get sessionId() {
        return protocol.sessionId
      },
    }),
    acquireStream: streams.acquire,
    releaseStream: streams.release,
    beforeMessage: (frame, message) => {
      if (frame instanceof SessionFrame && frame.stream) protocol.emit('stream', { ...frame.stream, message })
    },
    reconnecting: () => sessionTransport.probeAgain(),
    onEvent: (type, value) => {
      if (type === 'status' && (value === 'closing' || value === 'closed')) end(false)
    },
    end,
  }
}

/**
 * Messages arrive inside frames of the protocol, or as they are from a plain server.
 *
 * @param isPlain whether the current connection has no session, and may carry binary messages
 */
const createSessionCodec = (codec: Codec<unknown, unknown>, isPlain: () => boolean): Codec<unknown, unknown> => ({
  encode: (message) => {
    const frame = codec.encode(message)
    if (typeof frame !== 'string' && !isPlain()) throw new TypeError('a session carries text, not binary')
    return frame
  },
  decode: (frame: RawMessage | SessionFrame) => {
    if (!(frame instanceof SessionFrame)) return codec.decode(frame)
    const { data } = frame
    if (codec.fromJson) return codec.fromJson(data)
    return codec.decode(typeof data === 'string' ? data : JSON.stringify(data))
  },
})

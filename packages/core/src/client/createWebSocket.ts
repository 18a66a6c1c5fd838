/** `createWebSocket`: makes the public object of a client. */

import type { UrlSource } from '../transport/dial.ts'
import type { RawMessage, RawOutgoing } from '../transport/frame.ts'
import { ClientRuntime } from './clientRuntime.ts'
import type { MessagesOptions } from './messages.ts'
import { type OpenedOptions, waitUntilOpen } from './opened.ts'
import type { WebSocketOptions } from './options.ts'
import { RUNTIME } from './clientInternals.ts'
import type { CreateWebSocket, SessionClient } from './webSocketClient.ts'

/** Only a `lazy` client counts its users. */
const retainNothing = (): (() => void) => () => {}

/** Compilers of `using` take the second one on platforms without the first. */
const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose')

interface Facade {
  readonly [RUNTIME]: () => ClientRuntime
}

/** A function that a client gets when it is first used. Then it stays the same. */
const onFirstUse = (
  name: string,
  create: (runtime: ClientRuntime) => unknown,
): PropertyDescriptor & ThisType<Facade> => ({
  get() {
    const value = create(this[RUNTIME]())
    Reflect.defineProperty(this, name, { value, enumerable: true, configurable: true, writable: true })
    return value
  },
  enumerable: true,
  configurable: true,
})

/**
 * Shared by all clients: getters of its own would give each client a hidden class of its own, of about 500 bytes. `opened` and `messages`
 * are here because a function costs an idle client 64 bytes, and few clients are asked for these two.
 */
const SHARED: PropertyDescriptorMap & ThisType<Facade> = {
  url: {
    get() {
      return this[RUNTIME]().engine.url
    },
    enumerable: true,
    configurable: true,
  },
  socket: {
    get() {
      return this[RUNTIME]().engine.link?.socket
    },
    enumerable: true,
    configurable: true,
  },
  opened: onFirstUse('opened', (runtime) => (given?: OpenedOptions) => waitUntilOpen(runtime, given)),
  messages: onFirstUse('messages', (runtime) => (given?: MessagesOptions) => runtime.messages(given)),
}

/**
 * Opens a WebSocket that reconnects, sends heartbeats and queues messages while offline.
 *
 * @example
 * const client = createWebSocket('wss://example.org/chat', { codec: json<Incoming, Outgoing>() })
 * client.on('message', (message) => console.log(message))
 * client.send({ text: 'hello' }) // 'queued' until the connection is open
 * @throws OptionError for an invalid URL or option, and where no dial can succeed: no `WebSocket` in this runtime, a relative URL outside a page
 */
export const createWebSocket: CreateWebSocket = <In = RawMessage, Out = RawOutgoing>(
  url: UrlSource,
  options: WebSocketOptions<In, Out> = {},
): SessionClient<In, Out> => {
  const runtime = new ClientRuntime(url, options as WebSocketOptions<unknown, unknown>)
  const dispose = (): void => runtime.dispose()
  const client = {
    get: () => runtime.snapshots.get(),
    subscribe: (listener: () => void) => runtime.snapshots.subscribe(listener),
    on: (...given: Parameters<ClientRuntime['emitter']['on']>) => runtime.emitter.on(...given),
    onAny: (listener: (type: string, value: unknown) => void) => runtime.emitter.onAny(listener),
    send: (message: Out, given?: { queue?: boolean | undefined }) => runtime.send(message, given),
    open: () => runtime.open(),
    close: (code?: number, reason?: string) => runtime.close(code, reason),
    reconnect: () => runtime.reconnect(),
    retain: options.lazy ? () => runtime.retain() : retainNothing,
    dispose,
    [DISPOSE]: dispose,
    // `reactive()` of Vue wraps plain objects and arrays only.
    [Symbol.toStringTag]: 'WebSocketClient',
    [RUNTIME]: () => runtime,
  }
  Object.defineProperties(client, SHARED)
  const { session } = runtime
  if (session) Object.defineProperties(client, session.members)
  return client as unknown as SessionClient<In, Out>
}

/** The client of the core below the class: converts the options. */

import { createWebSocket } from '../client/createWebSocket.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'
import { backoff } from '../engine/backoff.ts'
import type { ReconnectOptions } from '../engine/engineHost.ts'
import type { Dial } from '../transport/dial.ts'
import type { RawMessage, RawOutgoing } from '../transport/frame.ts'
import type { Transport } from '../transport/transport.ts'
import { checkProtocols, checkUrl, toProtocols } from './arguments.ts'
import type { ProtocolsProvider, Settings, UrlProvider } from './options.ts'
import { CloseEvent } from './platformEvents.ts'

/** Frames as they are: the class has converted what the user sends. */
const asIs = { encode: (message: RawOutgoing): RawOutgoing => message, decode: (data: RawMessage): RawMessage => data }

/**
 * The waits, if one of the three options is given: never shorter than configured, and at most longer by the share `jitter`, so that the clients of a
 * server do not all return at once. A hint in the close reason, 1012 and 1013 take precedence, as they do in the core.
 */
const createDelay = (settings: Settings): ReconnectOptions['delay'] => {
  const { minReconnectionDelay, maxReconnectionDelay, reconnectionDelayGrowFactor, jitter, clock, hasDelay } = settings
  if (!hasDelay) return
  return (attempt, close) => {
    const minDelay = Math.min(maxReconnectionDelay, minReconnectionDelay * reconnectionDelayGrowFactor ** attempt)
    return backoff(0, close, { minDelay, baseDelay: minDelay * jitter, maxDelay: Infinity }, () => clock.random())
  }
}

/**
 * Returns the client, and the serialised URL if no function provides it.
 *
 * @param started called at the beginning of each dial
 * @throws DOMException for an invalid URL or protocol, OptionError for an invalid `heartbeat`
 */
export const createClient = (
  givenUrl: UrlProvider,
  givenProtocols: ProtocolsProvider,
  settings: Settings,
  transport: Transport,
  started: (signal: AbortSignal) => void,
): { client: WebSocketClient; fixedUrl: string | undefined } => {
  // Both are converted before the first is checked (WebIDL).
  const url = typeof givenUrl === 'function' ? givenUrl : `${givenUrl}`
  const { heartbeat, shouldReconnectOnClose, reconnect, environment, clock } = settings
  const protocols = typeof givenProtocols === 'function' ? givenProtocols : toProtocols(givenProtocols, !reconnect)
  const fixedUrl = typeof url === 'function' ? undefined : checkUrl(url)
  const delay = createDelay(settings)
  // Asynchronous, because the first dial begins in the constructor of the class, before there are listeners.
  const source = async (dial: Dial): Promise<string> => {
    started(dial.signal)
    const text = `${typeof url === 'function' ? await url(dial) : url}`
    const serialised = checkUrl(text)
    // The platform's own `url` is the one that it was given (`ws` before 8.15), as under the peers.
    return /^(ws|http)s?:\/\//i.test(text) ? text : serialised
  }
  const client = createWebSocket<RawMessage, RawOutgoing>(source, {
    protocols:
      typeof protocols === 'function'
        ? async (dial) => checkProtocols(toProtocols(await protocols(dial)))
        : checkProtocols(protocols),
    clock,
    codec: asIs,
    closeTimeout: settings.closeTimeout,
    connectTimeout: settings.connectionTimeout,
    environment,
    heartbeat,
    immediate: false,
    pace: 'sync',
    queue: false,
    reconnect: reconnect && {
      maxAttempts: settings.maxRetries,
      stableAfter: settings.minUptime,
      ...(delay && { delay }),
      // Without a socket there is no close event that could be passed.
      shouldReconnect: (close) => close.cause === 'provider' || shouldReconnectOnClose(new CloseEvent('close', close)),
    },
    transport,
  })
  return { client, fixedUrl }
}

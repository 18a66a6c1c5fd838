/** Where to dial: URLs and subprotocols, given as values or by providers, and what makes them valid. It opens nothing. */

import type { CloseInfo } from './closeCodes.ts'
import { OptionError } from '../base/errors.ts'

/** What a provider is told of the dial that it is asked for. */
export interface Dial {
  /** 0 for a first dial, n for the n-th reconnect attempt. */
  attempt: number
  /** How the connection or dial before this one ended. */
  lastClose: CloseInfo | undefined
  /** Aborts when this dial is given up: closed, superseded or out of time. */
  signal: AbortSignal
}

type Maybe<Value> = Value | null | undefined
/** Where to connect. A function is called afresh at each dial; null, undefined and '' mean: stay closed. */
export type UrlSource = Maybe<string | URL> | ((dial: Dial) => Maybe<string | URL> | Promise<Maybe<string | URL>>)
export type Protocols = string | string[] | undefined
/** Subprotocols as for `WebSocket`, or a function called afresh at each dial. */
export type ProtocolsSource = Protocols | ((dial: Dial) => Protocols | Promise<Protocols>)

/**
 * An absolute `ws:` or `wss:` address. `http(s):` becomes `ws(s):`; a relative one resolves against the page (WHATWG WebSockets).
 * @throws OptionError naming the address without its query and credentials, which may be secret
 */
export const resolveUrl = (url: string | URL, page: string | undefined = globalThis.location?.href): string => {
  try {
    const resolved = new URL(url, page)
    resolved.protocol = resolved.protocol.replace('http', 'ws')
    if ((typeof url === 'string' || url.href) && /^wss?:[^#]+$/.test(resolved.href)) return resolved.href
  } catch {
    // Not a URL at all: the same answer as for one of another scheme.
  }
  throw new OptionError('url', `${url}`.replace(/[?#].*|[^/]*@/gs, '...'), 'a ws: or http: URL without a fragment')
}

type Answer<Source> = Awaited<Source extends (dial: Dial) => infer Given ? Given : Source>

/** Asks the sources that are functions. The answer comes in the same tick unless one of them gives a promise. */
export const resolveDial = <Url, Protocols>(
  url: Url,
  protocols: Protocols,
  dial: Dial,
  done: (parts: [Answer<Url>, Answer<Protocols>]) => void,
  fail: (error: unknown) => void,
): void => {
  const parts: unknown[] = []
  try {
    for (const source of [url, protocols])
      parts.push(typeof source === 'function' ? (source as (dial: Dial) => unknown)(dial) : source)
    if (parts.some((part) => (part as Promise<unknown> | undefined)?.then))
      Promise.all(parts)
        .then(done as never)
        .catch(fail)
    else done(parts as never)
  } catch (error) {
    void Promise.allSettled(parts) // what the first still promises is heard, though it decides nothing
    fail(error)
  }
}

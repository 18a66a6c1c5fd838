/** Where to dial: URLs and subprotocols, given as values or functions, and their validation. It opens nothing. */

import { OptionError } from '../base/errors.ts'
import type { CloseInfo } from './closeCodes.ts'

/** Argument of a URL, protocols or token function. */
export interface Dial {
  /** 0 for a first dial, n for the n-th reconnect attempt. */
  readonly attempt: number
  /** How the previous connection or dial ended. */
  readonly lastClose: CloseInfo | undefined
  /** Aborts when this dial is abandoned: closed, replaced or timed out. */
  readonly signal: AbortSignal
}

type Maybe<Value> = Value | null | undefined
/** Where to connect. A function is called at each dial. null, undefined and '' mean: no connection; the client becomes or stays `closed`. */
export type UrlSource = Maybe<string | URL> | ((dial: Dial) => Maybe<string | URL> | Promise<Maybe<string | URL>>)
export type Protocols = string | string[] | undefined
/** Subprotocols as for `WebSocket`, or a function that is called at each dial. */
export type ProtocolsSource = Protocols | ((dial: Dial) => Protocols | Promise<Protocols>)

/**
 * Returns an absolute `ws:` or `wss:` URL. `http(s):` becomes `ws(s):`; a relative URL resolves against the page (WHATWG WebSockets).
 *
 * @throws OptionError with the URL, but without its query and credentials, which may be secret
 */
export const resolveUrl = (url: string | URL, page: string | undefined = globalThis.location?.href): string => {
  try {
    const resolved = new URL(url, page)
    resolved.protocol = resolved.protocol.replace('http', 'ws')
    // Not a string and not a URL object: `new URL` also accepts other objects, which are refused.
    if ((typeof url === 'string' || url.href) && /^wss?:[^#]+$/.test(resolved.href)) return resolved.href
  } catch {
    // Not a URL: the same error as for one with another scheme.
  }
  throw new OptionError('url', `${url}`.replace(/[?#].*|[^/]*@/gs, '...'), 'a ws: or http: URL without a fragment')
}

type Resolved<Source> = Awaited<Source extends (dial: Dial) => infer Given ? Given : Source>

/** Calls the sources that are functions. `done` is called in the same tick unless one of them returns a promise. */
export const resolveDial = <Url, Protocols>(
  url: Url,
  protocols: Protocols,
  dial: Dial,
  done: (parts: [Resolved<Url>, Resolved<Protocols>]) => void,
  fail: (error: unknown) => void,
): void => {
  const parts: unknown[] = []
  try {
    for (const source of [url, protocols]) {
      parts.push(typeof source === 'function' ? (source as (dial: Dial) => unknown)(dial) : source)
    }
    const pending = parts.some((part) => (part as Promise<unknown> | undefined)?.then)
    if (pending)
      Promise.all(parts)
        .then(done as never)
        .catch(fail)
    else done(parts as never)
  } catch (error) {
    void Promise.allSettled(parts) // a rejection of the first source must not stay unhandled
    fail(error)
  }
}

/** Where to dial: URLs and subprotocols, given as values or functions, and their validation. It opens nothing. */

import { DialError, OptionError, messageOf, providerError } from '../base/errors.ts'
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

const ABSOLUTE = /^(ws|http)s?:\/\/[^#]+$/i

/**
 * Returns a `ws:` or `wss:` URL. `http(s):` becomes `ws(s):`; a relative URL resolves against the page (WHATWG WebSockets). Nothing else
 * of an absolute URL is changed: the `URL` of React Native has no setters, resolves nothing and appends a slash.
 *
 * @throws OptionError with the URL, but without its query and credentials, which may be secret
 */
export const resolveUrl = (url: string | URL, page: string | undefined = globalThis.location?.href): string => {
  // Undefined for something that is neither text nor a URL.
  const text = typeof url === 'string' ? url : (url.href as string | undefined)
  try {
    const isAbsolute = ABSOLUTE.test(text!)
    // Also of an absolute URL, because it throws for a wrong host or port.
    const { href } = new URL(text!, isAbsolute ? undefined : page)
    const resolved = isAbsolute ? text! : href
    if (text && ABSOLUTE.test(resolved)) return resolved.replace(/^http/i, 'ws')
  } catch {
    // Not a URL: the same error as for one with another scheme.
  }
  const shown = text?.replace(/[?#].*|[^/]*@/gs, '...') ?? url
  throw new OptionError('url', shown, 'an absolute ws: or http: URL without a fragment (in a page also a relative one)')
}

type Resolved<Source> = Awaited<Source extends (dial: Dial) => infer Given ? Given : Source>

/** Calls the sources that are functions. `done` is called in the same tick unless one of them returns a promise. */
export const resolveDial = <Url, Protocols>(
  url: Url,
  protocols: Protocols,
  dial: Dial,
  done: (parts: [Resolved<Url>, Resolved<Protocols>]) => void,
  fail: (error: DialError) => void,
): void => {
  const parts: unknown[] = []
  const failed = (cause: unknown): void =>
    fail(cause instanceof DialError ? cause : new DialError(messageOf(cause), { cause }))
  try {
    parts.push(ask('url', url, dial))
    parts.push(ask('protocols', protocols, dial))
    const pending = parts.some((part) => (part as Promise<unknown> | undefined)?.then)
    if (pending)
      Promise.all(parts)
        .then(done as never)
        .catch(failed)
    else done(parts as never)
  } catch (error) {
    void Promise.allSettled(parts) // a rejection of the first source must not stay unhandled
    failed(error)
  }
}

/** Calls a source that is a function. @throws DialError that names it; its promise rejects with the same */
export const ask = <Source>(name: string, source: Source, dial: Dial): Resolved<Source> | Promise<Resolved<Source>> => {
  const failed = (cause: unknown): never => {
    throw providerError(name, cause)
  }
  if (typeof source !== 'function') return source as Resolved<Source>
  try {
    const answer = source(dial) as Resolved<Source> | Promise<Resolved<Source>> | undefined
    return (answer as Promise<Resolved<Source>> | undefined)?.then?.(undefined, failed) ?? answer!
  } catch (cause) {
    return failed(cause)
  }
}

// The server accepts browser requests from its own page and from pages of this machine only. Pages of other sites are refused, even when
// a browser on this machine shows them.
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Returns whether a request may be served. A request without an `Origin` does not come from a foreign page: browsers send it with every
 * WebSocket handshake and every POST. The `Host` is checked too, because with DNS rebinding a foreign name resolves to this machine and
 * counts as the same origin.
 *
 * @param publicName the host name that this server listens on, if one was given
 */
export function isTrustedRequest({ headers }: IncomingMessage, publicName?: string): boolean {
  const host = parse(`http://${headers.host ?? ''}`)
  if (!host || !(isLoopback(host) || isIP(bare(host)) || host.hostname === publicName)) return false
  if (headers.origin === undefined) return true
  const origin = parse(headers.origin)
  return origin !== undefined && (origin.host === host.host || isLoopback(origin))
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined
}

const bare = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

function isLoopback(url: URL): boolean {
  const name = bare(url)
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)
}

// Who may talk to the playground's server from a browser: its own page, or a page of this machine. Other sites may not, even
// when a browser on this machine shows them.
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Tells whether a request may be served. Without an `Origin` it does not come from a foreign page (browsers send it with
 * every WebSocket handshake and every POST). The `Host` is checked too: a foreign name that was made to point here
 * (DNS rebinding) would be its own origin.
 *
 * @param publicName the name this server was told to listen on, if any
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

// The names of the clients of this page. The server uses them to let a fault affect some clients only.

/** A panel with a connection of its own, or the connection that both panels share. */
type ClientKind = 'vue' | 'react' | 'shared'

/** The connections that a fault affects. */
export type AffectedClients = 'page' | 'vue' | 'react' | 'everyone'

/** A random name, so that faults for this page do not affect another one. */
const tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte % 36).toString(36)).join('')

const nameOf = (kind: ClientKind): string => `${tab}.${kind}`

/** The names of all clients that this page may have. */
export const ownClients: readonly string[] = (['vue', 'react', 'shared'] as const).map(nameOf)

/** The names for the control channel; undefined for all clients. */
export function clientsOf(affected: AffectedClients): string[] | undefined {
  if (affected === 'everyone') return undefined
  return affected === 'page' ? [tab] : [nameOf(affected), nameOf('shared')]
}

/** Adds the name of a client to the URL of the playground's own server. Any other URL stays as it is. */
export function withClientName(url: string, kind: ClientKind): string {
  if (!URL.canParse(url, location.href)) return url
  const target = new URL(url, location.href)
  if (target.host !== location.host || target.pathname !== '/ws') return url
  target.searchParams.set('client', nameOf(kind))
  return target.href
}

// The names of clients, so that a fault can affect some of them only. A page of the playground adds its name to the URL of the socket:
// `/ws?client=<tab>.<panel>`. The name is no secret and proves nothing.
import { type Field, FieldError } from './fields.ts'

/** The clients that a fault affects: those with one of these names or prefixes (`tab` includes `tab.vue`); undefined for all. */
export type Clients = readonly string[] | undefined

const NAME = /^[\w-]{1,32}(\.[\w-]{1,32})?$/
const maxNames = 16

/** Returns the name of a client, undefined if the URL has none, or null if it is not valid. */
export function clientName(url = '/'): string | undefined | null {
  const [name, ...others] = new URL(url, 'http://playground').searchParams.getAll('client')
  if (name === undefined) return undefined
  return others.length === 0 && NAME.test(name) ? name : null
}

/** One name or a list of names; undefined when missing. */
export const clientList: Field<Clients> = (value, name) => {
  if (value === undefined) return undefined
  const names: unknown[] = Array.isArray(value) ? value : [value]
  const isName = (given: unknown): given is string => typeof given === 'string' && NAME.test(given)
  if (names.length > 0 && names.length <= maxNames && names.every(isName)) return names
  throw new FieldError(name, `the name of a client, as "tab" or "tab.panel", or a list of at most ${maxNames}`, value)
}

/** Whether a fault for `clients` affects the client. */
export function isAffected(client: string | undefined, clients: Clients): boolean {
  return clients?.some((name) => client === name || client?.startsWith(`${name}.`)) ?? true
}

/** A value for each client. */
export interface ClientRules<T> {
  set(clients: Clients, value: T): void
  /** The value that was set last for the client. */
  of(client: string | undefined): T
  /** Every value that some client may have. */
  values(): T[]
}

/** How many rules are stored. The oldest is removed. */
const maxRules = 200

/** Creates rules that give every client the same value. */
export function createClientRules<T>(initial: T): ClientRules<T> {
  let base = initial
  /** The newest first. */
  let rules: { clients: Clients; value: T }[] = []
  return {
    set(clients, value) {
      const others = clients ? rules.filter((rule) => String(rule.clients) !== String(clients)) : []
      rules = clients ? [{ clients, value }, ...others].slice(0, maxRules) : []
      if (!clients) base = value
    },
    of: (client) => rules.find(({ clients }) => isAffected(client, clients))?.value ?? base,
    values: () => [base, ...rules.map(({ value }) => value)],
  }
}

// The words that the playground's page and its server exchange, as JSON. The heartbeat is outside: plain `ping` and `pong`.

/** One person in the room, as the others see them. */
export interface Person {
  id: string
  name: string
}

/** What the server says. `at` is epoch ms by the server's clock. */
export type ServerMessage =
  | { type: 'welcome'; id: string; people: Person[] }
  | { type: 'join'; person: Person; people: Person[]; at: number }
  | { type: 'leave'; person: Person; people: Person[]; at: number }
  | { type: 'rename'; person: Person; before: string; people: Person[]; at: number }
  | { type: 'chat'; person: Person; text: string; at: number }
  | { type: 'echo'; text: string }
  | { type: 'burst'; index: number; of: number; filler: string }
  | { type: 'error'; reason: string }

/**
 * What a client says. A `chat` may carry the name as well: what was queued while the connection was down goes out before
 * the `hello` of the new connection, and should not be signed by a stranger.
 */
export type ClientMessage =
  | { type: 'hello'; name: string }
  | { type: 'chat'; text: string; name?: string }
  | { type: 'echo'; text: string }

/** The longest name, in characters. */
export const maxNameLength = 32

/** The longest text of a chat or an echo, in characters. */
export const maxTextLength = 2000

// The words that the playground's page and its server exchange, as JSON. Plain clients beat with `ping`, answered by `pong`; clients
// with a session have a heartbeat of their own.

/** The stream of the chat: what is said in it is not lost over reconnects. */
export const chatStream = 'chat'

/** One person in the room, as the others see them. */
export interface PresenceMember {
  id: string
  name: string
}

/** Something that was said. `at` is epoch ms by the server's clock. */
export interface ChatMessage {
  type: 'chat'
  id: string
  person: PresenceMember
  text: string
  at: number
}

/** What the server says. `at` is epoch ms by the server's clock. `chat` and `burst` come in the stream, the rest is said once. */
export type ServerMessage =
  | { type: 'welcome'; id: string; people: PresenceMember[] }
  | { type: 'join'; person: PresenceMember; people: PresenceMember[]; at: number }
  | { type: 'leave'; person: PresenceMember; people: PresenceMember[]; at: number }
  | { type: 'rename'; person: PresenceMember; before: string; people: PresenceMember[]; at: number }
  | ChatMessage
  | { type: 'echo'; text: string }
  | { type: 'burst'; index: number; of: number; filler: string }
  | { type: 'error'; reason: string }

/**
 * What a client says. A `chat` bears an `id` by which its sender knows it again, and may carry the name as well: what waited
 * while the connection was down goes out before the `hello` of the new connection, and should not be signed by a stranger.
 */
export type ClientMessage =
  | { type: 'hello'; name: string }
  | { type: 'chat'; id?: string; text: string; name?: string }
  | { type: 'echo'; text: string }
  /** A request, for those whose stream was broken off; the reply is a list of `ChatMessage`, oldest first. */
  | { type: 'history' }

/** How many chats the server remembers besides what the stream does. */
export const maxHistory = 200

/** The longest name, in characters. */
export const maxNameLength = 32

/** The longest text of a chat or an echo, in characters. */
export const maxTextLength = 2000

/** The longest id of a chat, in characters. */
export const maxIdLength = 64

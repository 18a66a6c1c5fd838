// The messages between the playground's page and its server, as JSON. Plain clients send `ping` as a heartbeat and receive `pong`;
// clients with a session use the heartbeat of the session.

/** The stream of the chat: its messages survive reconnects. */
export const chatStream = 'chat'

/** One user of the chat, as the other users see them. */
export interface ChatUser {
  id: string
  name: string
}

/** A chat message. `at` is epoch ms by the server's clock. */
export interface ChatMessage {
  type: 'chat'
  id: string
  person: ChatUser
  text: string
  at: number
}

/** Messages of the server. `at` is epoch ms by the server's clock. `chat` and `burst` are published to the stream, the rest is not. */
export type ServerMessage =
  | { type: 'welcome'; id: string; people: ChatUser[] }
  | { type: 'join'; person: ChatUser; people: ChatUser[]; at: number }
  | { type: 'leave'; person: ChatUser; people: ChatUser[]; at: number }
  | { type: 'rename'; person: ChatUser; before: string; people: ChatUser[]; at: number }
  | ChatMessage
  | { type: 'echo'; text: string }
  | { type: 'burst'; index: number; of: number; filler: string }
  | { type: 'error'; reason: string }
  /** After a resume: why the server had cut the previous connection. */
  | { type: 'cut'; reason: 'heartbeat' | 'backlog' }

/**
 * Messages of a client. The `id` of a `chat` lets its sender match the published message. A `chat` may carry the user's name too: queued
 * messages are sent before the `hello` of the new connection, and would otherwise be published under a default name.
 */
export type ClientMessage =
  | { type: 'hello'; name: string }
  | { type: 'chat'; id?: string; text: string; name?: string }
  | { type: 'echo'; text: string }
  /** A request, sent after a `resync`; the reply is a list of `ChatMessage`, oldest first. */
  | { type: 'history' }

/** How many chat messages the server stores for `history`, besides the stream's own history. */
export const maxHistory = 200

/** The longest name, in characters. */
export const maxNameLength = 32

/** The longest text of a chat or an echo, in characters. */
export const maxTextLength = 2000

/** The longest id of a chat, in characters. */
export const maxIdLength = 64

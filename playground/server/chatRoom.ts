// The group chat, as listeners of the hub. Chat messages are published to a stream, so they survive reconnects. Changes of the user
// list are broadcast to the clients that are connected at that moment.
import { randomUUID } from 'node:crypto'
import {
  type ChatMessage,
  type ClientMessage,
  type ChatUser,
  type ServerMessage,
  chatStream,
  maxHistory,
  maxIdLength,
  maxNameLength,
  maxTextLength,
} from './chatProtocol.ts'
import { type Connection, type Hub, HubError, type MessageContext } from './hub.ts'

/** Control, direction and invisible characters, which could make two names look the same. Joined emoji stay whole. */
const INVISIBLE_CHARS = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** A group chat. */
export interface ChatRoom {
  /** Publishes a message to the stream. */
  publish(message: ServerMessage): void
  /** The users that have sent their name. */
  users(): ChatUser[]
}

/** A message that is not a request. */
type Notification = Exclude<ClientMessage, { type: 'history' }>

/** The session identifies a user across reconnects. */
const idOf = ({ sessionId, id }: Connection): string => sessionId ?? id

/** Adds the chat to a hub. */
export function createChatRoom(hub: Hub, now: () => number = Date.now): ChatRoom {
  const connected = new Map<string, { connection: Connection; name: string }>()
  /** The newest chat messages, for the request `history`. */
  const recent: ChatMessage[] = []

  const send = (connection: Connection, message: ServerMessage): void => connection.send(message)
  const broadcast = (message: ServerMessage): void => void hub.broadcast(message).catch(reportError)
  const users = (): ChatUser[] => [...connected].map(([id, { name }]) => ({ id, name }))
  const welcome = (connection: Connection): void =>
    send(connection, { type: 'welcome', id: idOf(connection), people: users() })

  function setName(connection: Connection, name: string): void {
    const id = idOf(connection)
    const before = connected.get(id)?.name
    connected.set(id, { connection, name })
    if (name === before) return
    const person = { id, name }
    if (before === undefined) broadcast({ type: 'join', person, people: users(), at: now() })
    else broadcast({ type: 'rename', person, before, people: users(), at: now() })
  }

  async function handleMessage({ connection, id: delivery }: MessageContext, message: Notification): Promise<void> {
    if (message.type === 'echo') return send(connection, message)
    const id = idOf(connection)
    const name = message.name ?? connected.get(id)?.name ?? `Guest ${id.slice(-6)}`
    setName(connection, name)
    // A second component on the same connection missed the first `welcome`, so each `hello` is answered with the list of users.
    if (message.type === 'hello') return welcome(connection)
    const chat: ChatMessage = {
      type: 'chat',
      id: message.id ?? randomUUID(),
      person: { id, name },
      text: message.text,
      at: now(),
    }
    // The hub acknowledges a message when its listeners have settled: wait until the stream has stored it.
    await hub.publish(chatStream, chat, { idempotencyKey: delivery })
    recent.push(chat)
    if (recent.length > maxHistory) recent.shift()
  }

  hub.on('connection', async (connection) => {
    // A client with a session joins its streams itself.
    if (connection.plain) await connection.join(chatStream)
    welcome(connection)
  })
  hub.on('close', (connection) => {
    const user = connected.get(idOf(connection))
    // Otherwise the session has resumed on a newer connection.
    if (user?.connection !== connection) return
    connected.delete(idOf(connection))
    broadcast({ type: 'leave', person: { id: idOf(connection), name: user.name }, people: users(), at: now() })
  })
  hub.on('message', (given, context) => {
    const { connection } = context
    // The heartbeat of plain clients.
    if (connection.plain && given === 'ping') return connection.send('pong')
    const message = parseMessage(connection.plain ? fromJson(given) : given)
    if (typeof message !== 'string') return handleMessage(context, message)
    // `deliver` waits for an answer: throwing rejects it.
    if (context.id !== undefined) throw new HubError('bad-message', message)
    return send(connection, { type: 'error', reason: message })
  })

  hub.on('request', (asked) => (Object(asked).type === 'history' ? recent : undefined))

  return { users, publish: (message) => void hub.publish(chatStream, message).catch(reportError) }
}

/** Logs a failure of the store; the server keeps running. */
const reportError = (error: unknown): void => console.error(error)

/** Parses the text of a plain client; `undefined` if it is not JSON. */
function fromJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

/** Returns the message, or a description of the error in it. */
function parseMessage(value: unknown): Notification | string {
  if (typeof value !== 'object' || value === null) return 'not a JSON object'
  const { type, id, text, name } = value as Record<string, unknown>
  if (type === 'hello')
    return name === undefined ? 'name is missing' : withName(name, (clean) => ({ type, name: clean }))
  if (type !== 'chat' && type !== 'echo') return 'type is none of hello, chat, echo'
  if (typeof text !== 'string' || text === '') return 'text is not a string with something in it'
  if (text.length > maxTextLength) return `text is longer than ${maxTextLength} characters`
  if (type === 'echo') return { type, text }
  if (id !== undefined && (typeof id !== 'string' || id.length > maxIdLength))
    return `id is not a string of at most ${maxIdLength} characters`
  const message: Extract<Notification, { type: 'chat' }> = { type, text, ...(id !== undefined && { id }) }
  return name === undefined ? message : withName(name, (clean) => ({ ...message, name: clean }))
}

function withName(name: unknown, make: (clean: string) => Notification): Notification | string {
  if (typeof name !== 'string') return 'name is not a string'
  const clean = name.replaceAll(INVISIBLE_CHARS, '').trim()
  if (clean === '') return 'name is empty'
  if (clean.length > maxNameLength) return `name is longer than ${maxNameLength} characters`
  return make(clean)
}

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
  /** The users that have sent their name, including those whose connection ended only a moment ago. */
  users(): ChatUser[]
  /** Announces nothing any more. */
  close(): void
}

/** Options of a chat room. */
interface ChatRoomOptions {
  /** A user whose connection has ended is announced as gone after so many ms, unless it has returned. A close with 1000 is announced at once. */
  leaveDelay: number
  /** The users of the room before a restart. They are not announced when they return in time. */
  returning?: ChatUser[]
}

/** A user without a connection may return. The timer then announces that it has left. */
interface Member {
  name: string
  connection?: Connection
  timer?: NodeJS.Timeout
}

/** A message that is not a request. */
type Notification = Exclude<ClientMessage, { type: 'history' }>

/** The session identifies a user across reconnects. */
const idOf = ({ sessionId, id }: Connection): string => sessionId ?? id

/** Adds the chat to a hub. */
export function createChatRoom(hub: Hub, { leaveDelay, returning = [] }: ChatRoomOptions): ChatRoom {
  const members = new Map<string, Member>()
  /** The newest chat messages, for the request `history`. */
  const recent: ChatMessage[] = []
  let isClosed = false

  const send = (connection: Connection, message: ServerMessage): void => connection.send(message)
  const broadcast = (message: ServerMessage): void => void hub.broadcast(message).catch(reportError)
  const users = (): ChatUser[] => [...members].map(([id, { name }]) => ({ id, name }))
  const welcome = (connection: Connection): void =>
    send(connection, { type: 'welcome', id: idOf(connection), people: users() })

  function remove(id: string): void {
    clearTimeout(members.get(id)?.timer)
    members.delete(id)
  }

  function announceLeave(person: ChatUser): void {
    remove(person.id)
    broadcast({ type: 'leave', person, people: users(), at: Date.now() })
  }

  function awaitReturn(person: ChatUser): void {
    const timer = setTimeout(announceLeave, leaveDelay, person).unref()
    members.set(person.id, { name: person.name, timer })
  }

  function setName(connection: Connection, name: string): void {
    const id = idOf(connection)
    const before = members.get(id)?.name
    remove(id)
    members.set(id, { connection, name })
    if (name === before) return
    const person = { id, name }
    if (before !== undefined) return broadcast({ type: 'rename', person, before, people: users(), at: Date.now() })
    // A client without a session has a new id after each reconnect, and all clients have one after a restart.
    const [absent] = [...members].find(([, member]) => !member.connection && member.name === name) ?? []
    if (absent !== undefined) remove(absent)
    else broadcast({ type: 'join', person, people: users(), at: Date.now() })
  }

  async function handleMessage({ connection, id: delivery }: MessageContext, message: Notification): Promise<void> {
    if (message.type === 'echo') return send(connection, message)
    const id = idOf(connection)
    const name = message.name ?? members.get(id)?.name ?? `Guest ${id.slice(-6)}`
    setName(connection, name)
    // A second component on the same connection missed the first `welcome`, so each `hello` is answered with the list of users.
    if (message.type === 'hello') return welcome(connection)
    const chat: ChatMessage = {
      type: 'chat',
      id: message.id ?? randomUUID(),
      person: { id, name },
      text: message.text,
      at: Date.now(),
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
  hub.on('close', (connection, { code }) => {
    const id = idOf(connection)
    const member = members.get(id)
    // Otherwise the session has resumed on a newer connection.
    if (isClosed || member?.connection !== connection) return
    const person = { id, name: member.name }
    if (code === 1000) announceLeave(person)
    else awaitReturn(person)
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

  for (const person of returning) awaitReturn(person)
  return {
    users,
    publish: (message) => void hub.publish(chatStream, message).catch(reportError),
    close() {
      isClosed = true
      for (const { timer } of members.values()) clearTimeout(timer)
    },
  }
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

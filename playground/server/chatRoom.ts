// The group chat, as listeners of the hub: who is here, what they say, and telling everybody. What is said goes through a stream
// and is not lost; who comes and goes is told to those who are there at that moment.
import { randomUUID } from 'node:crypto'
import {
  type ChatMessage,
  type ClientMessage,
  type PresenceMember,
  type ServerMessage,
  chatStream,
  maxHistory,
  maxIdLength,
  maxNameLength,
  maxTextLength,
} from './chatProtocol.ts'
import { type Connection, type Hub, HubError, type MessageContext } from './hub.ts'

/** Control, direction and invisible characters, which could disguise one person as another; joined emoji stay whole. */
const disguises = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** A group chat. */
export interface ChatRoom {
  /** Says something in the stream. */
  publish(message: ServerMessage): void
  /** Those who have said their name. */
  people(): PresenceMember[]
}

/** What asks for nothing. */
type Said = Exclude<ClientMessage, { type: 'history' }>

/** A client is the same person after a reconnect, by its session. */
const idOf = ({ sessionId, id }: Connection): string => sessionId ?? id

/** Opens the room of a hub. */
export function createChatRoom(hub: Hub, now: () => number = Date.now): ChatRoom {
  const guests = new Map<string, { connection: Connection; name: string }>()
  /** For those whose stream was broken off: what was said of late, as far as this room remembers. */
  const lines: ChatMessage[] = []

  const tell = (connection: Connection, message: ServerMessage): void => connection.send(message)
  const tellAll = (message: ServerMessage): void => void hub.broadcast(message).catch(failed)
  const people = (): PresenceMember[] => [...guests].map(([id, { name }]) => ({ id, name }))
  const welcome = (connection: Connection): void =>
    tell(connection, { type: 'welcome', id: idOf(connection), people: people() })

  function introduce(connection: Connection, name: string): void {
    const id = idOf(connection)
    const before = guests.get(id)?.name
    guests.set(id, { connection, name })
    if (name === before) return
    const person = { id, name }
    if (before === undefined) tellAll({ type: 'join', person, people: people(), at: now() })
    else tellAll({ type: 'rename', person, before, people: people(), at: now() })
  }

  async function obey({ connection, id: delivery }: MessageContext, message: Said): Promise<void> {
    if (message.type === 'echo') return tell(connection, message)
    const id = idOf(connection)
    const name = message.name ?? guests.get(id)?.name ?? `Guest ${id.slice(-6)}`
    introduce(connection, name)
    // A second component on the same connection was not there when it opened: a hello always tells who is here.
    if (message.type === 'hello') return welcome(connection)
    const line: ChatMessage = {
      type: 'chat',
      id: message.id ?? randomUUID(),
      person: { id, name },
      text: message.text,
      at: now(),
    }
    // The hub acknowledges what its listeners have done, and this is done once the stream has it.
    await hub.publish(chatStream, line, { idempotencyKey: delivery })
    lines.push(line)
    if (lines.length > maxHistory) lines.shift()
  }

  hub.on('connection', async (connection) => {
    // A client with a session has joined by itself.
    if (connection.plain) await connection.join(chatStream)
    welcome(connection)
  })
  hub.on('close', (connection) => {
    const guest = guests.get(idOf(connection))
    // Else its session goes on in a newer connection.
    if (guest?.connection !== connection) return
    guests.delete(idOf(connection))
    tellAll({ type: 'leave', person: { id: idOf(connection), name: guest.name }, people: people(), at: now() })
  })
  hub.on('message', (given, context) => {
    const { connection } = context
    // The heartbeat of plain clients.
    if (connection.plain && given === 'ping') return connection.send('pong')
    const message = parseMessage(connection.plain ? fromJson(given) : given)
    if (typeof message !== 'string') return obey(context, message)
    // What was delivered has somebody who waits to hear of it.
    if (context.id !== undefined) throw new HubError('bad-message', message)
    return tell(connection, { type: 'error', reason: message })
  })

  hub.on('request', (asked) => (Object(asked).type === 'history' ? lines : undefined))

  return { people, publish: (message) => void hub.publish(chatStream, message).catch(failed) }
}

/** A store that is away; the server goes on without. */
const failed = (error: unknown): void => console.error(error)

/** A plain client sends text. */
function fromJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

/** Returns the message, or what is wrong with it. */
function parseMessage(value: unknown): Said | string {
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
  const chat: Extract<Said, { type: 'chat' }> = { type, text, ...(id !== undefined && { id }) }
  return name === undefined ? chat : withName(name, (clean) => ({ ...chat, name: clean }))
}

function withName(name: unknown, make: (clean: string) => Said): Said | string {
  if (typeof name !== 'string') return 'name is not a string'
  const clean = name.replaceAll(disguises, '').trim()
  if (clean === '') return 'name is empty'
  if (clean.length > maxNameLength) return `name is longer than ${maxNameLength} characters`
  return make(clean)
}

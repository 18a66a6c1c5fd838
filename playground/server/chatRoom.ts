// The group chat: who is here, what they say, and telling everybody. It sees connections as things with an id, a name and a
// way to be told; sockets and faults are not its business.
import { type ClientMessage, type Person, type ServerMessage, maxNameLength, maxTextLength } from './chatProtocol.ts'

/** Control, direction and invisible characters, which could disguise one person as another; joined emoji stay whole. */
const disguises = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** What the room needs of a connection. */
export interface Guest {
  readonly id: string
  name: string | undefined
  send(frame: string): void
  mayConverse(): boolean
}

/** A group chat. */
export interface ChatRoom {
  enter(guest: Guest): void
  leave(guest: Guest): void
  /** Acts on one text frame of a guest. */
  receive(guest: Guest, frame: string): void
  /** Those who have said their name. */
  people(): Person[]
}

/** Creates an empty room. */
export function createChatRoom(now: () => number = Date.now): ChatRoom {
  const guests = new Set<Guest>()

  const tell = (guest: Guest, message: ServerMessage): void => guest.send(JSON.stringify(message))
  const people = (): Person[] => [...guests].flatMap(({ id, name }) => name === undefined ? [] : [{ id, name }])

  function tellAll(message: ServerMessage): void {
    const frame = JSON.stringify(message)
    for (const guest of guests) guest.send(frame)
  }

  const welcome = (guest: Guest): void => tell(guest, { type: 'welcome', id: guest.id, people: people() })

  function introduce(guest: Guest, name: string): void {
    const before = guest.name
    if (name === before) return
    guest.name = name
    const person = { id: guest.id, name }
    if (before === undefined) tellAll({ type: 'join', person, people: people(), at: now() })
    else tellAll({ type: 'rename', person, before, people: people(), at: now() })
  }

  function obey(guest: Guest, message: ClientMessage): void {
    if (message.type === 'echo') return tell(guest, message)
    const name = message.name ?? guest.name ?? `Guest ${guest.id}`
    introduce(guest, name)
    // A second component on the same connection was not there when it opened: a hello always tells who is here.
    if (message.type === 'hello') welcome(guest)
    else {
      tellAll({ type: 'chat', person: { id: guest.id, name }, text: message.text, at: now() })
    }
  }

  return {
    people,
    enter(guest) {
      guests.add(guest)
      welcome(guest)
    },
    leave(guest) {
      guests.delete(guest)
      if (guest.name === undefined) return
      tellAll({ type: 'leave', person: { id: guest.id, name: guest.name }, people: people(), at: now() })
    },
    receive(guest, frame) {
      if (!guest.mayConverse()) return tell(guest, { type: 'error', reason: 'too many messages: this one was not passed on' })
      const message = parseMessage(frame)
      if (typeof message === 'string') tell(guest, { type: 'error', reason: message })
      else obey(guest, message)
    },
  }
}

/** Returns the message, or what is wrong with it. */
function parseMessage(frame: string): ClientMessage | string {
  let value: unknown
  try {
    value = JSON.parse(frame)
  } catch {
    return 'not JSON'
  }
  if (typeof value !== 'object' || value === null) return 'not an object'
  const { type, text, name } = value as Record<string, unknown>
  if (type === 'hello') return name === undefined ? 'name is missing' : withName(name, (clean) => ({ type, name: clean }))
  if (type !== 'chat' && type !== 'echo') return 'type is none of hello, chat, echo'
  if (typeof text !== 'string' || text === '') return 'text is not a string with something in it'
  if (text.length > maxTextLength) return `text is longer than ${maxTextLength} characters`
  if (type === 'echo' || name === undefined) return { type, text }
  return withName(name, (clean) => ({ type, text, name: clean }))
}

function withName(name: unknown, make: (clean: string) => ClientMessage): ClientMessage | string {
  if (typeof name !== 'string') return 'name is not a string'
  const clean = name.replaceAll(disguises, '').trim()
  if (clean === '') return 'name is empty'
  if (clean.length > maxNameLength) return `name is longer than ${maxNameLength} characters`
  return make(clean)
}

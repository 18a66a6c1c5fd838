// The chat as one client has seen it: who is here, the newest lines, and what is still on its way. It hears every message of the connection, and whoever
// shows it is told at most once per frame.
import type { ChatMessage, PresenceMember } from '../server/chatProtocol.ts'
import { quote } from './describeEvent.ts'
import { isServerMessage } from './isServerMessage.ts'
import { oncePerFrame } from './oncePerFrame.ts'
import { type Store, createStore } from './store.ts'

/** One line of the chat: something said, or (without a person) something that happened. */
export interface ChatLine {
  key: number
  at: number
  text: string
  person?: PresenceMember
  /** Of a chat: by which it is known again. */
  id?: string
  /** Said here. */
  mine: boolean
  /** Of what was said here: the server has acknowledged it. */
  delivered?: boolean
}

/** Something that was said here and is not in the chat yet. */
export interface Pending {
  id: string
  text: string
}

/** What there is to show. */
export interface ConversationState {
  people: readonly PresenceMember[]
  lines: readonly ChatLine[]
  /** On its way, or waiting for the connection; below the lines, since nobody knows yet where its place is. */
  pending: readonly Pending[]
}

/** A bounded chat. */
export interface Conversation {
  state: Store<ConversationState>
  /** Takes in a message, whoever sent it. */
  receive(message: unknown): void
  /** Something is going to be delivered; it comes back as a message with this id. */
  expect(id: string, text: string): void
  /** What was expected is delivered, or will not come, for a reason that is told. */
  settle(id: string, trouble?: string): void
  /** What was expected is not any more. */
  withdraw(id: string): void
  /** Tells the reader something. Returns what takes the chats that belong right below it, of which those are shown that are not yet. */
  note(text: string): (chats: readonly ChatMessage[]) => void
  /** Nobody is known to be here while there is no connection. */
  leave(): void
}

/** A burst under way, and the line that counts it. */
interface Burst {
  key: number
  received: number
  expected: number
  missing: number
  of: number
}

function describe({ received, missing, of }: Burst): string {
  const gaps = missing === 0 ? 'none' : missing.toLocaleString()
  return `Burst: ${received.toLocaleString()} of ${of.toLocaleString()} messages, ${gaps} missing`
}

/** Creates an empty chat that shows at most `limit` lines. */
export function createConversation(limit = 200): Conversation {
  const state = createStore<ConversationState>({ people: [], lines: [], pending: [] })
  const lines: ChatLine[] = []
  const pending = new Map<string, Pending>()
  /** By id, of the lines that were said here: whether they are acknowledged, and which line they are. */
  const own = new Map<string, { delivered: boolean; key?: number }>()
  let people: readonly PresenceMember[] = []
  let self = ''
  let nextKey = 0
  let burst: Burst | undefined
  const publish = oncePerFrame(() => {
    wordBurst()
    state.set({ people, lines: [...lines], pending: [...pending.values()] })
  })

  /** Once per frame and not per message: formatting numbers costs more than receiving them. */
  function wordBurst(): void {
    const place = lines.findIndex(({ key }) => key === burst?.key)
    const line = lines[place]
    if (burst && line) lines[place] = { ...line, text: describe(burst) }
  }

  function add(line: Omit<ChatLine, 'key' | 'mine'>, mine = false, place = lines.length): number {
    lines.splice(place, 0, { ...line, key: nextKey, mine })
    if (lines.length > limit) lines.shift()
    return nextKey++
  }

  /** What was said here takes its place among what others said. Returns the key of its line, unless it has one already. */
  function addChat({ id, person, text, at }: ChatMessage, place?: number): number | undefined {
    if (lines.some((line) => line.id === id)) return undefined
    const known = own.get(id)
    pending.delete(id)
    const key = add(
      { id, person, text, at, ...(known?.delivered && { delivered: true }) },
      known !== undefined || person.id === self,
      place,
    )
    if (known?.delivered) own.delete(id)
    else if (known) known.key = key
    return key
  }

  function settle(id: string, trouble?: string): void {
    const known = own.get(id)
    if (!known) return
    const text = pending.get(id)?.text
    if (trouble !== undefined && text !== undefined) add({ at: Date.now(), text: `${trouble}: ${quote(text)}` })
    if (trouble !== undefined) pending.delete(id)
    const place = lines.findIndex(({ key }) => key === known.key)
    const line = lines[place]
    if (line && trouble === undefined) lines[place] = { ...line, delivered: true }
    // Acknowledged before it is seen: it will come.
    if (trouble === undefined && known.key === undefined) known.delivered = true
    else own.delete(id)
    publish()
  }

  /** A burst is one line that counts, as long as it goes on, whatever happens meanwhile. */
  function count({ index, of }: { index: number; of: number }): void {
    if (!burst || of !== burst.of || index < burst.expected) {
      wordBurst()
      burst = { key: add({ at: Date.now(), text: '' }), received: 0, expected: 0, missing: 0, of }
    }
    burst.missing += index - burst.expected
    burst.received += 1
    burst.expected = index + 1
  }

  function receive(message: unknown): void {
    // What another server says is none of the chat's business; the log shows it.
    if (!isServerMessage(message)) return
    if ('people' in message) people = message.people
    if (message.type === 'welcome') self = message.id
    else if (message.type === 'chat') addChat(message)
    else if (message.type === 'join') add({ at: message.at, text: `${message.person.name} joined` })
    else if (message.type === 'leave') add({ at: message.at, text: `${message.person.name} left` })
    else if (message.type === 'rename') add({ at: message.at, text: `${message.before} is now ${message.person.name}` })
    else if (message.type === 'echo') add({ at: Date.now(), text: `Echo: ${message.text}` })
    else if (message.type === 'error') add({ at: Date.now(), text: `The server says: ${message.reason}` })
    else count(message)
    publish()
  }

  return {
    state,
    receive,
    settle,
    expect(id, text) {
      pending.set(id, { id, text })
      own.set(id, { delivered: false })
      publish()
    },
    withdraw(id) {
      pending.delete(id)
      own.delete(id)
      publish()
    },
    note(text) {
      const note = add({ at: Date.now(), text })
      publish()
      return (chats) => {
        let above = note
        for (const chat of chats) above = addChat(chat, lines.findIndex(({ key }) => key === above) + 1) ?? above
        publish()
      }
    },
    leave() {
      people = []
      publish()
    },
  }
}

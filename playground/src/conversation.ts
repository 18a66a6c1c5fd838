// The chat as one client has seen it: who is here, and the newest lines. It hears every message of the connection, and whoever
// shows it is told at most once per frame.
import type { Person } from '../server/chatProtocol.ts'
import { isServerMessage } from './isServerMessage.ts'
import { oncePerFrame } from './oncePerFrame.ts'
import { type Store, createStore } from './store.ts'

/** One line of the chat: something said, or (without a person) something that happened. */
export interface ChatLine {
  key: number
  at: number
  text: string
  person?: Person
  /** Said on this very connection. */
  mine: boolean
}

/** What there is to show. */
export interface ConversationState {
  people: readonly Person[]
  lines: readonly ChatLine[]
}

/** A bounded chat. */
export interface Conversation {
  state: Store<ConversationState>
  /** Takes in a message, whoever sent it. */
  receive(message: unknown): void
  /** Nobody is known to be here while there is no connection. */
  leave(): void
}

/** A burst under way. */
interface Burst {
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
  const state = createStore<ConversationState>({ people: [], lines: [] })
  const lines: ChatLine[] = []
  let people: readonly Person[] = []
  let self = ''
  let nextKey = 0
  let burst: Burst | undefined
  const publish = oncePerFrame(() => {
    wordBurst()
    state.set({ people, lines: [...lines] })
  })

  /** Once per frame and not per message: formatting numbers costs more than receiving them. */
  function wordBurst(): void {
    if (burst) lines.push({ ...lines.pop() as ChatLine, text: describe(burst) })
  }

  function add(line: Omit<ChatLine, 'key' | 'mine'>): void {
    wordBurst()
    burst = undefined
    lines.push({ ...line, key: nextKey, mine: line.person?.id === self })
    nextKey += 1
    if (lines.length > limit) lines.shift()
  }

  /** A burst is one line that counts, as long as it is the last one and goes on. */
  function count({ index, of }: { index: number; of: number }): void {
    if (!burst || index < burst.expected) {
      add({ at: Date.now(), text: '' })
      burst = { received: 0, expected: 0, missing: 0, of }
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
    else if (message.type === 'chat') add(message)
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
    leave() {
      people = []
      publish()
    },
  }
}

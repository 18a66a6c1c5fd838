// The chat as one client has received it: the users, the newest lines, and the messages that are still pending. It receives every
// message of the connection, and notifies its subscribers at most once per frame.
import type { ChatMessage, ChatUser } from '../../server/chatProtocol.ts'
import { quote } from '../describeEvent.ts'
import { oncePerFrame } from '../oncePerFrame.ts'
import { type Store, createStore } from '../store.ts'
import { createBurstCounter } from './burstCounter.ts'
import { type ChatLine, createChatLines } from './chatLines.ts'
import { createPresenceLines } from './presenceLines.ts'
import { isServerMessage } from './isServerMessage.ts'
import { type PendingMessage, createOwnMessages } from './ownMessages.ts'

/** The state that the panels render. */
export interface ConversationState {
  users: readonly ChatUser[]
  lines: readonly ChatLine[]
  /** Shown below the lines, because their position in the chat is not known yet. */
  pending: readonly PendingMessage[]
}

/** A bounded chat. */
export interface Conversation {
  state: Store<ConversationState>
  /** Receives a message of the connection. Messages of other protocols are ignored. */
  receive(message: unknown): void
  /** Adds a message that is being delivered. The server publishes it as a chat message with this id. */
  addPending(id: string, text: string): void
  removePending(id: string): void
  /** The server has acknowledged a pending message. */
  confirm(id: string): void
  /** A pending message was not delivered, or may not have been. Shows the reason. */
  fail(id: string, reason: string): void
  /** Shows a notice. Returns a function that inserts older chat messages below it and skips those that are already shown. */
  addNotice(text: string): (chats: readonly ChatMessage[]) => void
  /** Clears the list of users: without a connection it is not known. */
  clearUsers(): void
}

const cutReasons = {
  heartbeat: 'The server had cut the connection (1006), because its ping was not answered in time.',
  backlog: 'The server had cut the connection (1006), because this page received too slowly.',
}
const replayed = 'The session was resumed, and the missed messages were replayed.'

/** Creates an empty chat that shows at most `limit` lines. */
export function createConversation(limit = 200): Conversation {
  const state = createStore<ConversationState>({ users: [], lines: [], pending: [] })
  const lines = createChatLines(limit)
  const own = createOwnMessages()
  const burst = createBurstCounter(lines)
  const presence = createPresenceLines(lines)
  let users: readonly ChatUser[] = []
  let ownUserId = ''
  const publish = oncePerFrame(() => {
    burst.render()
    state.set({ users, lines: lines.get(), pending: own.pending() })
  })

  /** Returns the key of the new line, or undefined if the message is already shown. */
  function addChat({ id, person, text, at }: ChatMessage, after?: number): number | undefined {
    if (lines.has(id)) return undefined
    const message = own.get(id)
    const mine = message !== undefined || person.id === ownUserId
    const line = lines.add({ id, person, text, at, mine, ...(message?.acknowledged && { delivered: true }) }, after)
    own.show(id, line)
    return line
  }

  function announceJoin(message: { person: ChatUser; at: number }): void {
    // The panel shows its own name elsewhere.
    if (message.person.id !== ownUserId) presence.add('joined', message)
  }

  const addLine = (text: string, at = Date.now()): number => lines.add({ at, text })

  return {
    state,
    receive(message) {
      if (!isServerMessage(message)) return
      if ('people' in message) users = message.people
      if (message.type === 'welcome') ownUserId = message.id
      else if (message.type === 'chat') addChat(message)
      else if (message.type === 'join') announceJoin(message)
      else if (message.type === 'leave') presence.add('left', message)
      else if (message.type === 'rename') addLine(`${message.before} is now ${message.person.name}`, message.at)
      else if (message.type === 'echo') addLine(`Echo: ${message.text}`)
      else if (message.type === 'error') addLine(`Server error: ${message.reason}`)
      else if (message.type === 'cut') addLine(`${cutReasons[message.reason]} ${replayed}`)
      else burst.count(message)
      publish()
    },
    addPending(id, text) {
      own.add(id, text)
      publish()
    },
    removePending(id) {
      own.remove(id)
      publish()
    },
    confirm(id) {
      lines.update(own.acknowledge(id), { delivered: true })
      publish()
    },
    fail(id, reason) {
      const message = own.get(id)
      // A message that is already among the lines has been published after all.
      if (message && message.line === undefined) addLine(`${reason}: ${quote(message.text)}`)
      own.remove(id)
      publish()
    },
    addNotice(text) {
      const notice = addLine(text)
      publish()
      return (chats) => {
        let above = notice
        for (const chat of chats) above = addChat(chat, above) ?? above
        publish()
      }
    },
    clearUsers() {
      users = []
      publish()
    },
  }
}

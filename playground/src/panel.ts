// The state of a panel besides its connection: the name, the chat, the log and the counts. It outlives the component, so that the
// effects of unmounting stay visible. The connection does not.
import type { Resync, SessionClient, WebSocketClient } from '@holdfast/core'
import { NoSessionError, NotSentError, RefusedError, UnknownOutcomeError } from '@holdfast/core/recovery'
import type { ChatMessage, ClientMessage, ServerMessage } from '../server/chatProtocol.ts'
import { type Conversation, createConversation } from './chat/conversation.ts'
import { describeEvent, describeLoss, quote } from './describeEvent.ts'
import { type EventLog, createEventLog } from './eventLog.ts'
import { type SessionCounts, createSessionCounter } from './sessionCounter.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'

/** A client of the playground; with a session unless the settings disable it. */
export type PlaygroundClient = WebSocketClient<ServerMessage, ClientMessage> &
  Partial<Pick<SessionClient<ServerMessage, ClientMessage>, 'deliver' | 'request'>>

/** The state of one panel. */
export interface Panel {
  kind: 'vue' | 'react'
  name: Store<string>
  conversation: Conversation
  log: EventLog
  counts: Store<SessionCounts>
  /** Logs and counts the events of the client, and sends the panel's name each time it opens. Returns a function that stops this. */
  follow(client: PlaygroundClient): () => void
  /** Sends a chat message and logs the outcome. Returns a text for the user if the message cannot be sent now, otherwise ''. */
  sendChat(client: PlaygroundClient, text: string): string
}

const outcomes = {
  sent: '',
  queued: 'Waiting: it will be sent when the connection is open again.',
  dropped: 'Not sent: there is no connection, and the queue is full or off.',
} as const

/** The subprotocol of sessions; without it the connection is a plain WebSocket. */
const subprotocol = 'holdfast.v1.json'

type Handlers = { [Type in string]?: (value: never) => void }

/** Creates the state of a panel. */
export function createPanel(kind: Panel['kind'], name: Store<string>, settings: Store<Settings>): Panel {
  const conversation = createConversation()
  const log = createEventLog()
  const counter = createSessionCounter()

  async function deliver(
    client: PlaygroundClient,
    message: ClientMessage & { id: string; text: string },
    sendPlain: () => void,
  ): Promise<void> {
    const { id, text } = message
    conversation.addPending(id, text)
    try {
      const { seq } = await client.deliver!(message, { idempotencyKey: id })
      log.add({ type: 'deliver', text: `acknowledged as no. ${seq} of the session: ${quote(text)}` })
      conversation.confirm(id)
    } catch (error) {
      if (error instanceof NoSessionError) {
        // The server turned out not to support sessions.
        conversation.removePending(id)
        return sendPlain()
      }
      if (error instanceof UnknownOutcomeError) counter.unconfirmed()
      log.add({ type: 'deliver', text: `${describeFailure(error)}: ${quote(text)}` })
      conversation.fail(id, describeFailure(error))
    }
  }

  return {
    kind,
    name,
    conversation,
    log,
    counts: counter.counts,
    follow(client) {
      const sendName = (): void => {
        if (client.get().status === 'open') client.send({ type: 'hello', name: name.get() }, { queue: false })
      }
      /** A stream message is emitted as `stream` and then as `message`. The log shows the first one only. */
      let afterStream = false
      const handlers: Handlers = {
        open({ protocol }: { protocol: string }) {
          counter.open(protocol !== subprotocol)
          sendName()
        },
        close: conversation.clearUsers,
        resumed: counter.resume,
        stream: counter.message,
        resync(resync: Resync) {
          counter.resync(resync)
          const insertMissed = conversation.addNotice(`The chat was resynchronised: ${describeLoss(resync)}`)
          // The chat is built from the stream, so the missed part is fetched. This may fail if the connection is lost again.
          client.request?.<ChatMessage[]>({ type: 'history' }).then(insertMissed, () => {})
        },
      }
      counter.reset()
      const unsubscribers = [
        client.onAny((type: string, value) => {
          // The event `open` follows at once and has more details.
          const isRepeated = (type === 'status' && value === 'open') || (type === 'message' && afterStream)
          afterStream = type === 'stream'
          const entry = describeEvent(type as never, value as never)
          if (entry && !isRepeated) log.add(entry)
          handlers[type]?.(value as never)
        }),
        name.subscribe(sendName),
      ]
      sendName()
      return () => {
        for (const unsubscribe of unsubscribers) unsubscribe()
        conversation.clearUsers()
      }
    },
    sendChat(client, text) {
      const id = newId()
      const message = { type: 'chat' as const, id, text, name: name.get() }
      const sendPlain = (): string => {
        const result = client.send(message)
        if (result !== 'sent') log.add({ type: 'send', text: `${result}: ${quote(text)}` })
        return outcomes[result]
      }
      if (!client.deliver || counter.counts.get().plain) return sendPlain()
      if (!settings.get().queue && client.get().status !== 'open') {
        log.add({ type: 'deliver', text: `dropped: ${quote(text)}` })
        return outcomes.dropped
      }
      void deliver(client, message, sendPlain)
      return ''
    },
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof UnknownOutcomeError) return 'Unconfirmed, may or may not have arrived'
  if (error instanceof RefusedError) return `Refused, ${error.message}`
  if (error instanceof NotSentError) return `Not sent, ${error.message}`
  return `Not sent, ${String(error)}`
}

/** Unlike `crypto.randomUUID`, this works on pages that are served by HTTP from another machine. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

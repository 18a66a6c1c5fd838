// What a panel keeps besides the connection: its name, its chat, its log and what it counts. It outlives the component, so that
// unmounting can be watched; the connection does not.
import type { Resync, SessionClient, WebSocketClient } from '@holdfast/core'
import { NoSessionError, NotSentError, RefusedError, UnknownOutcomeError } from '@holdfast/core/recovery'
import type { ChatMessage, ClientMessage, ServerMessage } from '../server/chatProtocol.ts'
import { type Conversation, createConversation } from './conversation.ts'
import { describeEvent, describeLoss, quote } from './describeEvent.ts'
import { type EventLog, createEventLog } from './eventLog.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import { type Tally, createCounter } from './sessionCounter.ts'

/** A client of the playground; with a session unless the settings say otherwise. */
export type PlaygroundClient = WebSocketClient<ServerMessage, ClientMessage> &
  Partial<Pick<SessionClient<ServerMessage, ClientMessage>, 'deliver' | 'request'>>

/** The state of one panel. */
export interface Panel {
  kind: 'vue' | 'react'
  name: Store<string>
  conversation: Conversation
  log: EventLog
  tally: Store<Tally>
  /** Logs and counts what happens to the client and says the panel's name on each opening; returns how to stop. */
  follow(client: PlaygroundClient): () => void
  /** Says something, and logs what became of it. Returns in words why not, if it is certain at once. */
  say(client: PlaygroundClient, text: string): string
}

const outcomes = {
  sent: '',
  queued: 'Waiting: it goes out when the connection is back.',
  dropped: 'Not sent: there is no connection, and the queue is full or off.',
} as const

/** The subprotocol of sessions; without it the server speaks plain WebSocket. */
const subprotocol = 'holdfast.v1.json'

/** What a session tells of itself, and what comes of it here. */
type Hear = { [Type in string]?: (value: never) => void }

/** Creates the state of a panel. */
export function createPanel(kind: Panel['kind'], name: Store<string>, settings: Store<Settings>): Panel {
  const conversation = createConversation()
  const log = createEventLog()
  const counter = createCounter()

  async function deliver(
    client: PlaygroundClient,
    message: ClientMessage & { id: string; text: string },
    plainly: () => void,
  ): Promise<void> {
    const { id, text } = message
    conversation.expect(id, text)
    try {
      const { seq } = await client.deliver!(message, { idempotencyKey: id })
      log.add({ type: 'deliver', text: `acknowledged as no. ${seq} of the session: ${quote(text)}` })
      conversation.settle(id)
    } catch (error) {
      if (error instanceof NoSessionError) {
        // Found out just now: this server speaks plain WebSocket.
        conversation.withdraw(id)
        return plainly()
      }
      if (error instanceof UnknownOutcomeError) counter.doubt()
      log.add({ type: 'deliver', text: `${wordsFor(error)}: ${quote(text)}` })
      conversation.settle(id, wordsFor(error))
    }
  }

  return {
    kind,
    name,
    conversation,
    log,
    tally: counter.tally,
    follow(client) {
      const introduce = (): void => {
        if (client.get().status === 'open') client.send({ type: 'hello', name: name.get() }, { queue: false })
      }
      /** What was told as `stream`, with its place, is told as `message` at once. */
      let placed = false
      const hear: Hear = {
        open({ protocol }: { protocol: string }) {
          counter.open(protocol !== subprotocol)
          introduce()
        },
        close: conversation.leave,
        resumed: counter.resume,
        stream: counter.message,
        resync(resync: Resync) {
          counter.resync(resync)
          const restore = conversation.note(`The chat was broken off and goes on from here: ${describeLoss(resync)}`)
          // What is shown was built from the stream, so it is fetched anew; in vain where the connection goes again.
          client.request?.<ChatMessage[]>({ type: 'history' }).then(restore, () => {})
        },
      }
      counter.forget()
      const stops = [
        client.onAny((type: string, value) => {
          // `open` follows at once and says more.
          const said = (type === 'status' && value === 'open') || (type === 'message' && placed)
          placed = type === 'stream'
          if (!said) log.add(describeEvent(type as never, value as never))
          hear[type]?.(value as never)
        }),
        name.subscribe(introduce),
      ]
      introduce()
      return () => {
        for (const stop of stops) stop()
        conversation.leave()
      }
    },
    say(client, text) {
      const id = newId()
      const message = { type: 'chat' as const, id, text, name: name.get() }
      const sendPlainly = (): string => {
        const result = client.send(message)
        if (result !== 'sent') log.add({ type: 'send', text: `${result}: ${quote(text)}` })
        return outcomes[result]
      }
      if (!client.deliver || counter.tally.get().plain) return sendPlainly()
      if (!settings.get().queue && client.get().status !== 'open') {
        log.add({ type: 'deliver', text: `dropped: ${quote(text)}` })
        return outcomes.dropped
      }
      void deliver(client, message, sendPlainly)
      return ''
    },
  }
}

function wordsFor(error: unknown): string {
  if (error instanceof UnknownOutcomeError) return 'Nobody knows whether this arrived'
  if (error instanceof RefusedError) return `Refused, ${error.message}`
  if (error instanceof NotSentError) return `Not sent, ${error.message}`
  return `Not sent, ${String(error)}`
}

/** `crypto.randomUUID` is for pages of https and of this machine only. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

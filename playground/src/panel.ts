// What a panel keeps besides the connection: its name, its chat and its log. It outlives the component, so that unmounting can
// be watched; the connection does not.
import type { WebSocketClient } from '@holdfast/core'
import type { ClientMessage, ServerMessage } from '../server/chatProtocol.ts'
import { type Conversation, createConversation } from './conversation.ts'
import { describeEvent, quote } from './describeEvent.ts'
import { type EventLog, createEventLog } from './eventLog.ts'
import type { Store } from './store.ts'

/** A client of the playground. */
export type PlaygroundClient = WebSocketClient<ServerMessage, ClientMessage>

/** The state of one panel. */
export interface Panel {
  kind: 'vue' | 'react'
  name: Store<string>
  conversation: Conversation
  log: EventLog
  /** Logs what happens to the client and says the panel's name on each opening; returns how to stop. */
  follow(client: PlaygroundClient): () => void
  /** Says something, and logs what became of it. Returns it in words, empty when it was sent. */
  say(client: PlaygroundClient, text: string): string
}

const outcomes = {
  sent: '',
  queued: 'Waiting: it goes out when the connection is back.',
  dropped: 'Not sent: there is no connection, and the queue is full or off.',
} as const

/** Creates the state of a panel. */
export function createPanel(kind: Panel['kind'], name: Store<string>): Panel {
  const conversation = createConversation()
  const log = createEventLog()

  return {
    kind,
    name,
    conversation,
    log,
    follow(client) {
      const introduce = (): void => {
        if (client.get().status === 'open') client.send({ type: 'hello', name: name.get() }, { queue: false })
      }
      const stops = [
        client.tap((type, value) => {
          // `open` follows at once and says more.
          if (type !== 'status' || value !== 'open') log.add(describeEvent(type, value as never))
          if (type === 'open') introduce()
          else if (type === 'close') conversation.leave()
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
      const result = client.send({ type: 'chat', text, name: name.get() })
      if (result !== 'sent') log.add({ type: 'send', text: `${result}: ${quote(text)}` })
      return outcomes[result]
    },
  }
}

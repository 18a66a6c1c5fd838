// The public types in ESM. Only compiled, never run.

import { type CloseInfo, type Status, type WebSocketClient, createWebSocket, json } from '@holdfast/core'
import { type StreamEvent, eventSource } from '@holdfast/core/event-source'
import { type CloseEvent, ReconnectingWebSocket } from '@holdfast/core/reconnecting-websocket'
import { type Ack, type SessionClient, session } from '@holdfast/core/recovery'
import { useMessage as useReactMessage, useWebSocket as useReact } from '@holdfast/react'
import { useMessage as useVueMessage, useWebSocket as useVue } from '@holdfast/vue'
import { type Connection, type Hub, createHub, memoryStore, redisStore } from '@holdfast/server'
import { type FaultProxy, createFaultProxy } from '@holdfast/server/testing'
import { createClient } from 'redis'
import type { ShallowRef } from 'vue'
import { WebSocket } from 'ws'

interface Line {
  text: string
}

export const chat: WebSocketClient<Line, Line> = createWebSocket<Line, Line>('wss://example.org', {
  codec: json<Line, Line>(),
  heartbeat: { message: 'ping', isReply: 'pong', interval: 30_000, timeout: 10_000 },
  reconnect: { maxAttempts: 3, shouldReconnect: (close: CloseInfo) => close.code !== 4000 },
})
export const inNode: WebSocketClient = createWebSocket('wss://example.org', { WebSocket })
export const status: Status = chat.get().status
export const text: string | undefined = chat.get().lastMessage?.text
// @ts-expect-error a line needs a text
chat.send({ txt: 'hello' })

export const room: SessionClient<Line, Line> = createWebSocket('wss://example.org', {
  codec: json<Line, Line>(),
  session: session({ streams: ['room'] }),
})
export const applied: Promise<Ack> = room.deliver({ text: 'hello' })
// @ts-expect-error deliver needs a session
chat.deliver({ text: 'hello' })

export const events: WebSocketClient<StreamEvent, never> = createWebSocket('https://example.org', {
  codec: json<StreamEvent, never>(),
  transport: eventSource({
    named: true,
    headers: async ({ attempt }) => ({ attempt: `${attempt}` }),
    credentials: 'include',
  }),
})
// @ts-expect-error an event source has no messages to send
events.send({ event: 'message', id: '', data: '' })

export const dropIn: typeof globalThis.WebSocket = ReconnectingWebSocket
export const codeOf = ({ type, code }: CloseEvent): [string, number] => [type, code]

export function atTheServer(): Hub {
  const hub = createHub({
    noServer: true,
    store: memoryStore({ window: 60_000 }),
    authenticate: ({ token }) => (token ? { id: token } : null),
  })
  hub.on('connection', ({ user }: Connection) => user.id.length)
  hub.on('message', (message, { id }) => hub.publish('room', message, { idempotencyKey: id }))
  // @ts-expect-error the interval is a number of milliseconds
  createHub({ port: 0, heartbeat: { interval: '25 s' } })
  return hub
}
export const nodes = (): Hub => createHub({ port: 0, store: redisStore(createClient({ url: 'redis://localhost' })) })
export const proxy = (): Promise<FaultProxy> => createFaultProxy({ target: 8080 })

export function inReact(): string | undefined {
  useReactMessage(chat, (line) => line.text.length)
  const { lastMessage, send } = useReact(chat)
  send({ text: 'hello' })
  return lastMessage?.text
}

export function inVue(): string | undefined {
  useVueMessage(chat, (line) => line.text.length)
  const { lastMessage, send, status: ref } = useVue(chat)
  const readonlyRef: Readonly<ShallowRef<Status>> = ref
  // @ts-expect-error the state of the connection is read-only
  readonlyRef.value = 'open'
  send({ text: 'hello' })
  return lastMessage.value?.text
}

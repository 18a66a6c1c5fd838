import { createWebSocket, json } from '@holdfast/core'

export interface Message {
  from: string
  text: string
}

export const chat = createWebSocket('wss://example.org/chat', {
  lazy: true, // connected while a component that uses it is mounted
  history: 100,
  codec: json<Message, Pick<Message, 'text'>>(),
})

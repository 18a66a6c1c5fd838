import { createWebSocket, json } from '@holdfast/react'
import { useEffect } from 'react'
import { create } from 'zustand'

interface Message {
  text: string
}

// `lazy`: a client in a module must not connect when the module is imported, for example on a server.
const chat = createWebSocket('wss://example.org/chat', { lazy: true, codec: json<Message, Message>() })

interface ChatState {
  status: string
  messages: readonly Message[]
  send: typeof chat.send
}

const useChat = create<ChatState>()((set) => {
  chat.on('status', (status) => set({ status }))
  chat.on('message', (message) => set(({ messages }) => ({ messages: [...messages.slice(-99), message] })))
  return { status: chat.get().status, messages: [], send: chat.send }
})

export function ReactZustand() {
  const { status, messages, send } = useChat()
  useEffect(() => chat.retain(), []) // connected while a component is mounted
  return (
    <button onClick={() => send({ text: 'hello' })}>
      {status}: {messages.map(({ text }) => text).join()}
    </button>
  )
}

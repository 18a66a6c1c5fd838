import { createWebSocket, useWebSocket } from '@holdfast/react'

// In a module: `lazy` connects while a component that uses the client is mounted.
const chat = createWebSocket<string>('wss://example.org/chat', { lazy: true })

export function Header() {
  const { status } = useWebSocket(chat)
  return <h1>{status === 'open' ? 'online' : 'offline'}</h1>
}

export function LastLine() {
  const { lastMessage } = useWebSocket(chat)
  return <p>{lastMessage}</p>
}

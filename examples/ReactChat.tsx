import { useWebSocket } from '@holdfast/react'

export function ReactChat() {
  const { status, lastMessage, send } = useWebSocket<string>('wss://example.org/chat')
  return (
    <button onClick={() => send('hello')}>
      {status}: {lastMessage}
    </button>
  )
}

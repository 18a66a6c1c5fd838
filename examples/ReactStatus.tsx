import { type WebSocketClient, useWebSocket } from '@holdfast/react'

export function ReactStatus({ client }: { client: WebSocketClient<unknown, never> }) {
  const { status, attempt, reconnect } = useWebSocket(client)
  if (status !== 'reconnecting') return null
  return (
    <p>
      Attempt {attempt} <button onClick={reconnect}>Try now</button>
    </p>
  )
}

import { type WebSocketClient, json, useMessages, useWebSocket } from '@holdfast/react'

interface Line {
  id: number
  text: string
}

function Badge({ client }: { client: WebSocketClient<unknown, never> }) {
  const { status } = useWebSocket(client)
  return <h1>{status === 'open' ? 'online' : 'offline'}</h1>
}

function Lines({ client }: { client: WebSocketClient<Line> }) {
  const { messages } = useMessages(client, { limit: 200 })
  return messages.map(({ key, message }) => <p key={key}>{message.text}</p>)
}

export function Room({ room }: { room: string | null }) {
  const query = new URLSearchParams({ room: room ?? '' })
  const { client } = useWebSocket<Line>(room === null ? null : `wss://example.org/chat?${query}`, { codec: json() })
  return (
    <>
      <Badge client={client} />
      <Lines client={client} />
    </>
  )
}

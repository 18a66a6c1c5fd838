import { json, useWebSocket } from '@holdfast/react'

interface Price {
  symbol: string
  value: number
}

type Sent = { subscribe: string } | { type: 'ping' }

export function Prices({ url }: { url: string | null }) {
  const { lastMessage, send } = useWebSocket(url, {
    codec: json<Price, Sent>(),
    reconnect: { shouldReconnect: (close) => close.code !== 4401 },
    heartbeat: { message: { type: 'ping' }, isReply: { type: 'pong' } },
  })
  return (
    <button onClick={() => send({ subscribe: 'ACME' })}>
      {lastMessage && `${lastMessage.symbol}: ${lastMessage.value}`}
    </button>
  )
}

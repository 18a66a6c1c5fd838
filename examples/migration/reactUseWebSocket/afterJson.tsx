import { json, useWebSocket } from '@holdfast/react'

interface Price {
  symbol: string
  value: number
}

interface Subscription {
  subscribe: string
}

export function Prices({ url }: { url: string | null }) {
  const { lastMessage, send } = useWebSocket(url, { codec: json<Price, Subscription>() })
  return (
    <button onClick={() => send({ subscribe: 'ACME' })}>
      {lastMessage && `${lastMessage.symbol}: ${lastMessage.value}`}
    </button>
  )
}

import useWebSocket from 'react-use-websocket'

interface Price {
  symbol: string
  value: number
}

export function Prices({ url }: { url: string | null }) {
  const { lastJsonMessage, sendJsonMessage } = useWebSocket<Price | null>(url, {
    shouldReconnect: (event) => event.code !== 4401,
    heartbeat: { message: JSON.stringify({ type: 'ping' }), returnMessage: JSON.stringify({ type: 'pong' }) },
  })
  return (
    <button onClick={() => sendJsonMessage({ subscribe: 'ACME' })}>
      {lastJsonMessage && `${lastJsonMessage.symbol}: ${lastJsonMessage.value}`}
    </button>
  )
}

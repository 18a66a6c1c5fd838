import { useState } from 'react'
import useWebSocket, { ReadyState } from 'react-use-websocket'

export function Chat({ url }: { url: string }) {
  const [lines, setLines] = useState<string[]>([])
  const [hasFailed, setHasFailed] = useState(false)
  const { sendMessage, readyState } = useWebSocket<unknown>(url, {
    shouldReconnect: () => true,
    reconnectAttempts: 3,
    reconnectInterval: 3000,
    onMessage: ({ data }) => {
      if (data !== 'pong') setLines((shown) => [...shown, String(data)])
    },
    onReconnectStop: () => setHasFailed(true),
    heartbeat: { message: 'ping', returnMessage: 'pong', interval: 25_000, timeout: 35_000 },
  })
  return (
    <>
      <p>{hasFailed ? 'failed' : readyState === ReadyState.OPEN ? 'online' : 'offline'}</p>
      <ul>
        {lines.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
      <button onClick={() => sendMessage('hello')}>Send</button>
    </>
  )
}

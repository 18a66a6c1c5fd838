import { useWebSocket } from 'ahooks'
import { useEffect, useState } from 'react'

export function Chat({ url }: { url: string }) {
  const [lines, setLines] = useState<string[]>([])
  const { sendMessage, readyState, connect, webSocketIns } = useWebSocket(url, {
    reconnectLimit: 3,
    reconnectInterval: 3000,
    onMessage: ({ data }) => {
      if (data !== 'pong') setLines((shown) => [...shown, String(data)])
    },
  })
  const isOpen = readyState === 1
  // ahooks has no heartbeat. This one sends pings, and does not notice a missing reply.
  useEffect(() => {
    if (!isOpen) return undefined
    const timer = setInterval(() => webSocketIns?.send('ping'), 25_000)
    return () => clearInterval(timer)
  }, [isOpen, webSocketIns])
  const send = () => {
    // sendMessage throws if there is no connection.
    if (isOpen) sendMessage('hello')
  }
  return (
    <>
      <p>{isOpen ? 'online' : 'offline'}</p>
      <ul>
        {lines.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
      <button onClick={send}>Send</button>
      <button onClick={connect}>Try again</button>
    </>
  )
}

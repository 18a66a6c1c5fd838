import { useWebSocket } from '@holdfast/react'

export function Chat({ url }: { url: string }) {
  const { status, messages, send, open } = useWebSocket<string>(url, {
    reconnect: { maxAttempts: 3, delay: () => 3000 },
    heartbeat: true,
    history: 100,
  })
  return (
    <>
      <p>{status === 'closed' ? 'failed' : status === 'open' ? 'online' : 'offline'}</p>
      <ul>
        {messages.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
      <button onClick={() => send('hello')}>Send</button>
      <button onClick={open}>Try again</button>
    </>
  )
}

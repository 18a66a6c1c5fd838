import { type WebSocketClient, useWebSocket } from '@holdfast/react'
import { useEffect, useState } from 'react'

function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return `Next attempt in ${Math.max(0, Math.ceil((until - now) / 1000))} s.`
}

type AnyClient = WebSocketClient<unknown, never>

export function ReactBanner({ client }: { client: AnyClient }) {
  const { status, retryAt, lastClose, open, reconnect } = useWebSocket(client)
  const isLost = status === 'reconnecting'
  const text = isLost
    ? 'Connection lost.'
    : status === 'closed' && lastClose
      ? `Disconnected: ${lastClose.cause} ${lastClose.code}.`
      : ''
  return (
    <p>
      {/* The seconds are outside of it, so that screen readers skip them. */}
      <span role="status">{text}</span>{' '}
      {isLost ? (
        <>
          {/* `retryAt` is set while the client waits for the next attempt. */}
          {retryAt ? (
            <Countdown until={retryAt} key={retryAt} />
          ) : (
            'Connecting …'
          )}{' '}
          <button onClick={reconnect}>Try now</button>
        </>
      ) : (
        text && <button onClick={open}>Connect</button>
      )}
    </p>
  )
}

import { type WebSocketClient, useWebSocket } from '@holdfast/react'
import { useEffect, useState } from 'react'

/** The seconds until a time, rendered again while they change. */
function useSecondsUntil(time: number | undefined) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!time) return
    const update = () => setNow(Date.now())
    update()
    const timer = setInterval(update, 250)
    return () => clearInterval(timer)
  }, [time])
  return time && Math.max(0, Math.ceil((time - now) / 1000))
}

export function ReactBanner({
  client,
}: {
  client: WebSocketClient<unknown, never>
}) {
  const { status, retryAt, lastClose, open, reconnect } = useWebSocket(client)
  // `retryAt` is set while the client waits for the next attempt.
  const seconds = useSecondsUntil(retryAt)
  if (status === 'reconnecting')
    return (
      <p role="status">
        Connection lost.{' '}
        {seconds === undefined
          ? 'Connecting …'
          : `Next attempt in ${seconds} s.`}{' '}
        <button onClick={reconnect}>Try now</button>
      </p>
    )
  if (status === 'closed' && lastClose)
    return (
      <p role="status">
        Disconnected: {lastClose.cause} {lastClose.code}.{' '}
        <button onClick={open}>Connect</button>
      </p>
    )
  return null
}

import { json, useWebSocket } from '@holdfast/react'

/** `initial` is read by the server, for example from the database. */
export function ReactPrice({ initial }: { initial: number }) {
  const { status, lastMessage } = useWebSocket<{ price: number }, never>(
    '/prices',
    { codec: json() },
  )
  return <p className={status}>{lastMessage?.price ?? initial}</p>
}

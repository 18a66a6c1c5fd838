import { json } from '@holdfast/core'
import { eventSource } from '@holdfast/core/event-source'
import { useWebSocket } from '@holdfast/react'

const options = { transport: eventSource({ events: ['tick'] }), codec: json<{ price: number }, never>() }

export function ReactTicks() {
  const { lastMessage, status } = useWebSocket('/api/ticks', options)
  return <p>{lastMessage?.price ?? status}</p>
}

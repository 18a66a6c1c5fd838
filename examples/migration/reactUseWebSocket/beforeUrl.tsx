import { useEffect, useState } from 'react'
import useWebSocket, { ReadyState } from 'react-use-websocket'

interface Line {
  id: number
  text: string
}

const useRoom = (room: string | null) =>
  useWebSocket<Line>(
    'wss://example.org/chat',
    { share: true, queryParams: { room: room ?? '' }, shouldReconnect: () => true },
    room !== null,
  )

function Badge({ room }: { room: string | null }) {
  const { readyState } = useRoom(room)
  return <h1>{readyState === ReadyState.OPEN ? 'online' : 'offline'}</h1>
}

function Lines({ room }: { room: string | null }) {
  const { lastJsonMessage } = useRoom(room)
  const [lines, setLines] = useState<Line[]>([])
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- usual with this library
    if (lastJsonMessage) setLines((all) => [...all, lastJsonMessage].slice(-200))
  }, [lastJsonMessage])
  return lines.map(({ id, text }) => <p key={id}>{text}</p>)
}

export const Room = ({ room }: { room: string | null }) => (
  <>
    <Badge room={room} />
    <Lines room={room} />
  </>
)

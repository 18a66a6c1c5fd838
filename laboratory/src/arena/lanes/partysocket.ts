/** partysocket, the class `WebSocket`. It has no heartbeat, and reconnects without limit by default. */

import { WebSocket } from 'partysocket'
import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ getUrl }: LaneContext, sink: Sink): LaneClient => {
  const socket = new WebSocket(getUrl)
  sink.status('connecting')
  socket.addEventListener('open', () => sink.status('open'))
  socket.addEventListener('close', () => sink.status('closed'))
  socket.addEventListener('message', (event) => sink.message(event.data))
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    connect: () => socket.reconnect(),
    stop: () => socket.close(),
  }
}

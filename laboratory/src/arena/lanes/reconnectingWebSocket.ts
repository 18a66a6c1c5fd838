/** reconnecting-websocket. It has no heartbeat, and reconnects without limit by default. */

import ReconnectingWebSocket from 'reconnecting-websocket'
import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ getUrl }: LaneContext, sink: Sink): LaneClient => {
  // It does not call the function again after a rejection.
  const socket = new ReconnectingWebSocket(() => getUrl().catch(getUrl))
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

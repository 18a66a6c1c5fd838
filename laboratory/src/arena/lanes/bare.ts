/** The WebSocket of the browser, without any library. It does not reconnect. */

import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ url }: LaneContext, sink: Sink): LaneClient => {
  const socket = new WebSocket(url)
  sink.status('connecting')
  socket.onopen = () => sink.status('open')
  socket.onmessage = (event) => sink.message(event.data)
  socket.onclose = () => sink.status('closed')
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    stop: () => socket.close(),
  }
}

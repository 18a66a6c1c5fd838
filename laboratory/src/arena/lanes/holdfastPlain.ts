/** Holdfast with any server that answers `ping` with `pong`. */

import { createWebSocket, json } from '@holdfast/core'
import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ getUrl, heartbeat }: LaneContext, sink: Sink): LaneClient => {
  const client = createWebSocket(getUrl, { codec: json(), heartbeat })
  client.on('status', (status) => sink.status(status === 'open' || status === 'connecting' ? status : 'closed'))
  client.on('message', sink.message)
  client.on('drop', ({ message }) => sink.reportUnsent(message))
  return { send: (message) => void client.send(message), connect: client.open, stop: client.dispose }
}

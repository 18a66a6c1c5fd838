/** Holdfast with a session: the server replays what was missed, and deliveries are confirmed. */

import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ address, getToken, heartbeat }: LaneContext, sink: Sink): LaneClient => {
  const client = createWebSocket(address, {
    codec: json(),
    heartbeat,
    session: session({ streams: ['lab'], token: getToken }),
  })
  client.on('status', (status) => sink.status(status === 'open' || status === 'connecting' ? status : 'closed'))
  client.on('message', sink.message)
  client.on('resync', () => sink.announce())
  return {
    send: (message) => void client.deliver(message).catch(() => sink.reportUnsent(message)),
    connect: client.open,
    stop: client.dispose,
  }
}

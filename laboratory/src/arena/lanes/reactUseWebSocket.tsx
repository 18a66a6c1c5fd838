/** react-use-websocket, in a component. */

import { useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { ReadyState } from 'react-use-websocket'
// The default import of this CommonJS package is a function or a namespace: bundlers differ.
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket.js'
import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ getUrl, heartbeat }: LaneContext, sink: Sink): LaneClient => {
  const client: LaneClient = { send: () => undefined, stop: () => root.unmount() }
  const options = {
    shouldReconnect: () => true,
    reconnectAttempts: Infinity,
    // The example of its documentation.
    reconnectInterval: (attempt: number) => Math.min(1000 * 2 ** attempt, 10_000),
    // The timeout begins with the last message, and not with the ping.
    heartbeat: {
      message: 'ping',
      returnMessage: 'pong',
      ...heartbeat,
      timeout: heartbeat.interval + heartbeat.timeout,
    },
    onMessage: (event: MessageEvent) => sink.message(event.data),
  }
  // Without its option `retryOnError`, which dials twice after a failed dial, it does not call the function again.
  const getSocketUrl = (): Promise<string> => getUrl().catch(getUrl)

  const Lane = (): null => {
    const { sendJsonMessage, readyState } = useWebSocket(getSocketUrl, options)
    useEffect(() => {
      client.send = sendJsonMessage
    }, [sendJsonMessage])
    useEffect(() => {
      const isConnecting = readyState === ReadyState.CONNECTING
      sink.status(readyState === ReadyState.OPEN ? 'open' : isConnecting ? 'connecting' : 'closed')
    }, [readyState])
    return null
  }
  const root = createRoot(document.createElement('div'))
  root.render(<Lane />)
  return client
}

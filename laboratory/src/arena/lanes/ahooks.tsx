/** ahooks, `useWebSocket`, in a component. It has no heartbeat. */

import { useWebSocket } from 'ahooks'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ url, getUrl }: LaneContext, sink: Sink): LaneClient => {
  const client: LaneClient = { send: () => undefined, stop: () => root.unmount() }

  const Lane = (): null => {
    const [socketUrl, setSocketUrl] = useState(url)
    const { sendMessage, connect, readyState } = useWebSocket(socketUrl, {
      reconnectLimit: Infinity,
      onMessage: (event) => sink.message(event.data),
      onClose: (event) => {
        // A new URL connects again.
        if (event.code === 4006) void getUrl().catch(getUrl).then(setSocketUrl)
      },
    })
    useEffect(() => {
      // Throws while there is no connection.
      client.send = (message) => sendMessage?.(JSON.stringify(message))
      client.connect = () => connect?.()
    }, [sendMessage, connect])
    useEffect(() => {
      sink.status(Number(readyState) === 1 ? 'open' : Number(readyState) === 0 ? 'connecting' : 'closed')
    }, [readyState])
    return null
  }
  const root = createRoot(document.createElement('div'))
  root.render(<Lane />)
  return client
}

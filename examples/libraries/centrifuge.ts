import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { Centrifuge } from 'centrifuge'
import { TIMES } from './times.ts'

/** Subscribes to a channel. */
export const connect = (url: string, onText: (text: string) => void, { timeout, retry } = TIMES) => {
  const client = new Centrifuge(url, {
    websocket: OneShotWebSocket,
    minReconnectDelay: retry,
    maxReconnectDelay: 10 * retry,
    maxServerPingDelay: timeout, // Centrifugo's own heartbeat: the server sends pings
  })
  const subscription = client.newSubscription('news', { minResubscribeDelay: retry })
  subscription.on('publication', ({ data }) => onText(data))
  subscription.subscribe()
  client.connect()
  return { close: () => client.disconnect() }
}

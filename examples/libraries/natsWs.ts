import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { StringCodec, connect as connectNats } from 'nats.ws'
import { TIMES } from './times.ts'

/** Subscribes to a subject and answers each message. */
export const connect = async (url: string, onText: (text: string) => void, { interval, retry } = TIMES) => {
  const options = {
    servers: url,
    // Missing in the type `ConnectionOptions`, therefore not inside the call.
    wsFactory: async (address: string) => ({
      socket: new OneShotWebSocket(address),
      encrypted: address.startsWith('wss:'),
    }),
    pingInterval: interval, // NATS's own heartbeat
    maxPingOut: 1,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: retry,
    reconnectJitter: retry,
  }
  const connection = await connectNats(options)
  const { decode } = StringCodec()
  connection.subscribe('news', {
    callback: (error, message) => {
      if (error) return
      onText(decode(message.data))
      message.respond()
    },
  })
  await connection.flush() // the server has processed the subscription
  return { close: () => connection.close() }
}

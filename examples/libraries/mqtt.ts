import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import mqtt from 'mqtt'
import { TIMES } from './times.ts'

/** Subscribes to a topic with a retained message. */
export const connect = (url: string, onText: (text: string) => void, { interval, retry } = TIMES) => {
  const client = mqtt.connect(url, {
    // Node only: without it, MQTT.js expects the class of the package `ws` there.
    forceNativeWebSocket: true,
    createWebsocket: (address, protocols) => new OneShotWebSocket(address, protocols),
    keepalive: Math.ceil(interval / 1000), // MQTT's own heartbeat, in seconds
    reconnectPeriod: retry,
  })
  client.on('message', (_topic, payload) => onText(payload.toString()))
  client.on('error', (error) => console.error(error))
  client.subscribe('news', { qos: 1 })
  return {
    setText: (text: string) => void client.publish('news', text, { qos: 1, retain: true }),
    close: () => client.endAsync(),
  }
}

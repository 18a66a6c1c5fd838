import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { Socket } from 'phoenix'
import { TIMES } from './times.ts'

/** Joins a channel. */
export const connect = (url: string, onText: (text: string) => void, { interval, retry } = TIMES) => {
  const socket = new Socket(url, {
    transport: OneShotWebSocket,
    heartbeatIntervalMs: interval, // Phoenix's own heartbeat
    reconnectAfterMs: () => retry,
    rejoinAfterMs: () => retry,
  })
  socket.connect()
  const channel = socket.channel('news')
  channel.on('text', ({ text }: { text: string }) => onText(text))
  channel.join()
  return { close: () => socket.disconnect() }
}

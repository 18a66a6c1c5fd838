import { createWebSocket } from '@holdfast/core'
import { WebSocket } from 'ws'

export const connect = (url: string) =>
  createWebSocket(url, {
    WebSocket: WebSocket as never, // the types of ws differ from those of the DOM
    binaryType: 'arraybuffer', // else ws delivers Buffers
    heartbeat: true,
  })

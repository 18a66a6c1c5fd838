import { createWebSocket } from '@holdfast/core'
import { WebSocket } from 'ws'

export const connect = (url: string) =>
  createWebSocket(url, {
    WebSocket,
    binaryType: 'arraybuffer', // the default of ws is Buffer
  })

// websocket-ts. It neither retries nor queues by default, so both are enabled as in its README.

import { ArrayQueue, ConstantBackoff, WebsocketBuilder, WebsocketEvent } from 'websocket-ts'

/** @type {import('./index.mjs').Candidate<import('websocket-ts').Websocket>} */
export const websocketTs = {
  create: (url, { binary }) => {
    const socket = new WebsocketBuilder(url).withBackoff(new ConstantBackoff(1000)).withBuffer(new ArrayQueue()).build()
    if (binary) socket.binaryType = 'arraybuffer'
    return socket
  },
  onOpen: (socket, listener) => socket.addEventListener(WebsocketEvent.open, listener),
  onLeave: (socket, listener) => socket.addEventListener(WebsocketEvent.close, listener),
  onMessage: (socket, listener) => socket.addEventListener(WebsocketEvent.message, (_, { data }) => listener(data)),
  send: (socket, message) => socket.send(message),
  close: (socket) => socket.close(),
}

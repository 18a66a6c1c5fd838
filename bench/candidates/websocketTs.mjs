// websocket-ts. It neither retries nor queues unless told to, so it is told to, in the words of its README.

import { ArrayQueue, ConstantBackoff, WebsocketBuilder, WebsocketEvent } from 'websocket-ts'

/** @type {import('./index.mjs').Candidate<import('websocket-ts').Websocket>} */
export const websocketTs = {
  connect: (url, { binary }) =>
    new Promise(resolve => {
      const socket = new WebsocketBuilder(url).withBackoff(new ConstantBackoff(1000)).withBuffer(new ArrayQueue()).build()
      if (binary) socket.binaryType = 'arraybuffer'
      socket.addEventListener(WebsocketEvent.open, () => resolve(socket))
    }),
  onMessage: (socket, listener) => socket.addEventListener(WebsocketEvent.message, (_, { data }) => listener(data)),
  send: (socket, message) => socket.send(message),
  close: socket => socket.close(),
}

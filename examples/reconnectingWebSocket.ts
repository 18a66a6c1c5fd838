/** The drop-in class: the documentation shows it. `reconnectingWebSocket.test.ts` runs it. */

import { type Options, ReconnectingWebSocket, finalByPolicy } from '@holdfast/core/reconnecting-websocket'

export function connect(url: string, options: Options = {}): ReconnectingWebSocket {
  const socket = new ReconnectingWebSocket(url, [], {
    heartbeat: { interval: 15_000, timeout: 5000 }, // an addition: the server answers 'ping' with 'pong'
    shouldReconnectOnClose: (event) => !finalByPolicy(event), // the default is always
    ...options,
  })
  socket.addEventListener('close', ({ code, reason }) => console.log('closed', code, reason))
  socket.addEventListener('stop', () => console.log('no further attempt'))
  socket.send('hello') // waits until the connection is open
  return socket
}

// Our core, from its sources, with its defaults: raw frames, queue, page environment, pace by frame.

import { createWebSocket } from '../../packages/core/src/index.ts'

/** @type {import('./index.mjs').Candidate<import('../../packages/core/src/index.ts').WebSocketClient>} */
export const holdfast = {
  create: (url, { heartbeat = false, binary }) =>
    createWebSocket(url, { heartbeat, ...(binary && { binaryType: 'arraybuffer' }) }),
  onOpen: (client, listener) => client.on('open', listener),
  onLeave: (client, listener) => {
    client.on('close', listener)
    // Without a listener, errors are logged to the console.
    client.on('error', () => {})
  },
  onRetry: (client, listener) => client.on('retry', ({ retryAt }) => listener(retryAt)),
  onMessage: (client, listener) => client.on('message', listener),
  onChange: (client, render) => client.subscribe(() => render(client.get().lastMessage)),
  send: (client, message) => client.send(message),
  close: (client) => client.dispose(),
}

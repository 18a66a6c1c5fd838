// Our core, from its sources, with its defaults: raw frames, queue, high water mark, page surroundings, pace by frame.

import { createWebSocket } from '../../packages/core/src/index.ts'

/** @type {import('./index.mjs').Candidate<import('../../packages/core/src/index.ts').WebSocketClient>} */
export const holdfast = {
  connect: (url, { heartbeat = false, binary }) =>
    new Promise((resolve, reject) => {
      const client = createWebSocket(url, { heartbeat, ...(binary && { binaryType: 'arraybuffer' }) })
      client.on('open', () => resolve(client))
      client.on('error', reject)
      client.on('drop', ({ reason }) => console.error(`holdfast: dropped a message (${reason})`))
    }),
  onMessage: (client, listener) => client.on('message', listener),
  onChange: (client, render) => client.subscribe(() => render(client.get().lastMessage)),
  send: (client, message) => client.send(message),
  close: client => client.dispose(),
}

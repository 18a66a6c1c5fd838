/**
 * A platform socket that is CLOSED and never raises `close`, as browsers do after a page was frozen or the network changed. The socket is
 * real. Its close event is stopped before the client's handler.
 */

import { expect, onTestFinished, test } from 'vitest'
import { createWebSocket } from '../../src/index.ts'
import { createEndpoint } from './support/page.ts'

class MuteWebSocket extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args)
    for (const type of ['close', 'error']) this.addEventListener(type, (event) => event.stopImmediatePropagation())
  }
}

test.each(['send', 'focus', 'online'] as const)(
  'a socket that is CLOSED without an event is replaced after the next %s',
  async (hint) => {
    const { url, read, command } = createEndpoint()
    const sockets: WebSocket[] = []
    class RecordedWebSocket extends MuteWebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args)
        sockets.push(this)
      }
    }
    const reconnect = { minDelay: 10, baseDelay: 10 }
    const client = createWebSocket(url, { WebSocket: RecordedWebSocket, closeTimeout: 100, reconnect })
    onTestFinished(() => client.dispose())
    await new Promise((resolve) => client.on('open', resolve))
    await command({ do: 'close', code: 1001 })
    await expect.poll(() => sockets[0]!.readyState).toBe(WebSocket.CLOSED)
    await expect.poll(async () => (await read()).open).toBe(0)
    if (hint === 'send') expect(client.send('queued')).toBe('queued')
    else window.dispatchEvent(new Event(hint))
    await expect.poll(async () => (await read()).open).toBe(1)
    await expect.poll(() => client.get().status).toBe('open')
    await expect.poll(async () => (await read()).messages).toEqual(hint === 'send' ? ['queued'] : [])
    expect(sockets).toHaveLength(2)
  },
)

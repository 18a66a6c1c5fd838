import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { start as startChatRoom } from './chatRoom/server.mjs'
import { start as startJsonHeartbeat } from './jsonHeartbeat/server.mjs'
import { start as startPresence } from './presence/server.mjs'
import { start as startProtocolPing } from './protocolPing/server.mjs'
import { start as startQuietLink } from './quietLink/server.mjs'

const recipes = {
  jsonHeartbeat: startJsonHeartbeat,
  protocolPing: startProtocolPing,
  chatRoom: startChatRoom,
  quietLink: startQuietLink,
  presence: startPresence,
}
const invalidMessages = [
  '',
  '{',
  'null',
  '7',
  '[]',
  '{"type":"init","name":{"toString":1}}',
  '{"type":"echo","text":{}}',
  '{"text":[1]}',
  '{"network":[null,1,{"online":1},{"at":{"valueOf":1}}]}',
  '{"__proto__":{"type":"init"}}',
  new Uint8Array([255, 0]),
]

describe.each(Object.entries(recipes))('the server of %s', (_, start) => {
  const serve = async () => {
    const server = await start()
    onTestFinished(server.close)
    /** Resolves with the client once it is open. */
    const join = async (path: string, headers = {}): Promise<WebSocket> => {
      const socket = new WebSocket(server.url + path, { headers })
      await once(socket, 'open')
      return socket
    }
    return { server, join }
  }

  it('survives invalid messages, invalid URLs and invalid frames', async () => {
    const { server, join } = await serve()
    for (const path of ['/?%', '/?name=%FF&id=%FF', '/?name=Eve&id=eve']) {
      const socket = await join(path)
      for (const frame of invalidMessages) socket.send(frame)
      const closed = once(socket, 'close')
      socket.close()
      await closed
    }
    const liar = new WebSocket(`${server.url}/?name=Eve&id=eve`).on('error', () => {})
    const [{ socket: stream }] = (await once(liar, 'upgrade')) as [IncomingMessage]
    // A frame with its reserved bits set.
    stream.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]))
    await once(liar, 'close')
    const after = await join('/?name=Ada&id=ada')
    expect(server.connections()).toBe(1)
    after.terminate()
  })

  it('accepts pages of this machine only', async () => {
    const { join } = await serve()
    await expect(join('/?name=Eve&id=eve', { origin: 'https://example.org' })).rejects.toThrow('403')
    await expect(join('/?name=Eve&id=eve', { origin: 'null' })).rejects.toThrow('403')
    const socket = await join('/?name=Ada&id=ada', { origin: 'http://localhost:5173' })
    socket.terminate()
  })

  it('cuts all connections and frees its port when it is closed', async () => {
    const { server, join } = await serve()
    const socket = await join('/?name=Ada&id=ada')
    const cut = once(socket, 'close')
    await server.close()
    await cut
    const again = await start(Number(new URL(server.url).port))
    expect(again.url).toBe(server.url)
    await again.close()
  })
})

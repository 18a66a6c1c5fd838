import { type SessionClient, createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type ClientMessage, type ServerMessage, chatStream } from './chatProtocol.ts'
import { type TestServer, startTestServer } from './startTestServer.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose()
  await server.stop()
})
const clients: SessionClient<ServerMessage, ClientMessage>[] = []

interface ChatClient {
  client: SessionClient<ServerMessage, ClientMessage>
  /** The texts of the chat messages received so far. */
  texts: string[]
  /** The session events so far: `resumed`, `unconfirmed`, or the reason of a resync. */
  events: string[]
  deliver(text: string): Promise<unknown>
}

/** Connects a client with a session that follows the chat. */
async function join({ url } = server, Socket: typeof WebSocket = WebSocket): Promise<ChatClient> {
  const client = createWebSocket<ServerMessage, ClientMessage>(`${url.replace('http', 'ws')}/ws`, {
    WebSocket: Socket as never,
    codec: json<ServerMessage, ClientMessage>(),
    reconnect: { delay: () => 50 },
    session: session({ streams: [chatStream] }),
  })
  clients.push(client)
  const texts: string[] = []
  const events: string[] = []
  client.on('message', (message) => {
    if (message.type === 'cut') events.push(`cut: ${message.reason}`)
    if (message.type === 'chat') texts.push(message.text)
  })
  client.on('resumed', () => events.push('resumed'))
  client.on('resync', ({ reason }) => events.push(reason))
  client.on('unconfirmed', () => events.push('unconfirmed'))
  await new Promise<void>((resolve) => {
    client.on('open', () => resolve())
  })
  const deliver = (text: string): Promise<unknown> =>
    client.deliver({ type: 'chat', id: text, text, name: 'Ada' }, { idempotencyKey: text })
  return { client, texts, events, deliver }
}

it('delivers messages of a client that was cut off exactly once, to every client', async () => {
  const [ada, bob] = [await join(), await join()]
  await ada.deliver('before')
  await server.post('refuse', { seconds: 600 })
  await server.post('drop')
  const deliveries = Promise.all([ada.deliver('one'), ada.deliver('two')])
  await server.post('reset')
  await deliveries
  for (const { texts, events } of [ada, bob]) {
    await vi.waitFor(() => expect(texts).toEqual(['before', 'one', 'two']), 30_000)
    expect(events).toEqual(['resumed'])
  }
  expect(await server.stats()).toMatchObject({ connections: 2, resumes: 2 })
})

it('delivers a message of a frozen connection exactly once after a restart, and reports a new epoch', async () => {
  const ada = await join()
  await ada.deliver('before')
  await server.post('freeze')
  const delivery = ada.deliver('while frozen')
  await server.post('restart', { seconds: 0.1 })
  await delivery
  await vi.waitFor(() => expect(ada.texts).toEqual(['before', 'while frozen']), 30_000)
  expect(ada.events).toEqual(['epoch'])
})

it('answers a history request with the latest chats, and refuses an invalid message', async () => {
  const ada = await join()
  await ada.deliver('one')
  const history = await ada.client.request<{ text: string }[]>({ type: 'history' })
  expect(history).toMatchObject([{ id: 'one', text: 'one', person: { name: 'Ada' } }])
  await expect(ada.client.deliver({ type: 'chat', text: '' })).rejects.toMatchObject({
    code: 'RefusedError',
    reason: 'bad-message',
  })
})

it('sends a client after its return that the heartbeat of the server had cut it, but nothing after a fault', async () => {
  const strict = await startTestServer({ heartbeat: { interval: 60, timeout: 1000 } })
  onTestFinished(strict.stop)
  let isMute = false
  /** Receives the pings of the server, but may send nothing. */
  class Muted extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { autoPong: false })
    }
    override send(data: string): void {
      if (!isMute) super.send(data)
    }
  }
  const ada = await join(strict, Muted as never)
  isMute = true
  ada.client.on('close', () => {
    isMute = false
  })
  await vi.waitFor(() => expect(ada.events).toEqual(['resumed', 'cut: heartbeat']), 30_000)
  expect(ada.client.get().lastClose).toMatchObject({ code: 1006, cause: 'network' })
  await strict.post('drop')
  await vi.waitFor(() => expect(ada.events).toHaveLength(3), 30_000)
  await ada.deliver('after the drop')
  expect(ada.events.at(-1)).toBe('resumed')
})

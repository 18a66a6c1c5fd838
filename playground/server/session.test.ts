import { type SessionClient, createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
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

interface Member {
  client: SessionClient<ServerMessage, ClientMessage>
  /** The chats that it has heard. */
  texts: string[]
  /** What its session has told of itself. */
  told: string[]
  say(text: string): Promise<unknown>
}

/** A client with a session, once it follows the chat. */
async function join(): Promise<Member> {
  const client = createWebSocket<ServerMessage, ClientMessage>(`${server.url.replace('http', 'ws')}/ws`, {
    WebSocket: WebSocket as never,
    codec: json<ServerMessage, ClientMessage>(),
    reconnect: { delay: () => 50 },
    session: session({ streams: [chatStream] }),
  })
  clients.push(client)
  const texts: string[] = []
  const told: string[] = []
  client.on('message', (message) => {
    if (message.type === 'chat') texts.push(message.text)
  })
  client.on('resumed', () => told.push('resumed'))
  client.on('resync', ({ reason }) => told.push(reason))
  client.on('unconfirmed', () => told.push('unconfirmed'))
  await new Promise<void>((resolve) => {
    client.on('open', () => resolve())
  })
  const say = (text: string): Promise<unknown> =>
    client.deliver({ type: 'chat', id: text, text, name: 'Ada' }, { idempotencyKey: text })
  return { client, texts, told, say }
}

it('delivers once, to everybody, what is said while it is cut off', async () => {
  const [ada, bob] = [await join(), await join()]
  await ada.say('before')
  await server.post('refuse', { seconds: 600 })
  await server.post('drop')
  const said = Promise.all([ada.say('one'), ada.say('two')])
  await server.post('reset')
  await said
  for (const { texts, told } of [ada, bob]) {
    await vi.waitFor(() => expect(texts).toEqual(['before', 'one', 'two']), 30_000)
    expect(told).toEqual(['resumed'])
  }
  expect(await server.stats()).toMatchObject({ connections: 2, resumes: 2 })
})

it('delivers once what was said on ice, though the server restarts, and tells that it has forgotten the rest', async () => {
  const ada = await join()
  await ada.say('before')
  await server.post('freeze')
  const said = ada.say('on ice')
  await server.post('restart', { seconds: 0.1 })
  await said
  await vi.waitFor(() => expect(ada.texts).toEqual(['before', 'on ice']), 30_000)
  expect(ada.told).toEqual(['epoch'])
})

it('gives the latest chats to whoever asks, and refuses what it cannot understand', async () => {
  const ada = await join()
  await ada.say('one')
  const history = await ada.client.request<{ text: string }[]>({ type: 'history' })
  expect(history).toMatchObject([{ id: 'one', text: 'one', person: { name: 'Ada' } }])
  await expect(ada.client.deliver({ type: 'chat', text: '' })).rejects.toMatchObject({
    code: 'RefusedError',
    reason: 'bad-message',
  })
})

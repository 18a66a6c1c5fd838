/** The upgrade request of a connection: until when it can be read, and when the hub holds it no longer. On real sockets. */

import type { IncomingMessage } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import type { Connection } from '../src/context/hubEvents.ts'
import { RequestReleasedError } from '../src/errors.ts'
import { type HubOptions, createHub } from '../src/hub.ts'
import { deferred } from './support/deferred.ts'
import { type TestClient, dial, openSession } from './support/dial.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Collecting garbage takes long on a busy machine. */
const PATIENCE = 60_000
const MOST_COLLECTIONS = 50

interface Opened {
  client: TestClient
  connection: Connection
  errors: Error[]
}

const open = async (
  kind: 'plain' | 'session',
  options: HubOptions = {},
  onConnection: (connection: Connection) => unknown = () => undefined,
): Promise<Opened> => {
  const hub = createHub({ port: 0, host: '127.0.0.1', ...options })
  const errors: Error[] = []
  onTestFinished(() => hub.close())
  hub.on('error', (error) => errors.push(error))
  const connected = deferred<Connection>()
  hub.on('connection', (connection) => {
    connected.resolve(connection)
    return onConnection(connection)
  })
  hub.on('message', (_, { connection }) => void connection.send(connection.request.url))
  await hub.ready
  const url = `ws://127.0.0.1:${hub.port}`
  const client = kind === 'plain' ? await dial(url, []) : await openSession(url, { token: 'first' })
  return { client, connection: await connected.promise, errors }
}

const KINDS = ['plain', 'session'] as const

test.each(KINDS)(
  'the request of a %s client can be read in a connection listener, and throws afterwards',
  async (kind) => {
    const urls: (string | undefined)[] = []
    const { connection } = await open(kind, {}, ({ request }) => urls.push(request.url))
    expect(urls).toEqual(['/'])
    expect(() => connection.request).toThrow(RequestReleasedError)
    expect(() => connection.request).toThrow(/connection\.request.*'connection' listener.*keepRequest: true/)
  },
)

test('a message listener that reads the released request is reported as an error', async () => {
  const { client, errors } = await open('session')
  client.send({ t: 'send', seq: 1, d: 'hello' })
  await client.next('ack')
  expect(errors).toEqual([new RequestReleasedError()])
})

test.each(KINDS)('the request of a %s client is kept until an async connection listener has settled', async (kind) => {
  const listener = deferred()
  const { connection, errors } = await open(kind, {}, async () => {
    await listener.promise
    throw new Error('later')
  })
  expect(connection.request.url).toBe('/')
  listener.resolve()
  while (errors.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(() => connection.request).toThrow(RequestReleasedError)
  expect(errors).toEqual([new Error('later')])
})

test('the request can be read in a resume listener', async () => {
  const hub = createHub({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => hub.close())
  const urls: (string | undefined)[] = []
  hub.on('resume', ({ request }) => urls.push(request.url))
  await hub.ready
  const url = `ws://127.0.0.1:${hub.port}`
  const { welcome } = await openSession(url)
  await openSession(`${url}/?again`, { sid: welcome['sid'], key: welcome['key'] })
  expect(urls).toEqual(['/?again'])
})

test.each(KINDS)('keepRequest: true keeps the request of a %s client', async (kind) => {
  const { client, connection } = await open(kind, { keepRequest: true })
  expect(connection.request.url).toBe('/')
  client.send(kind === 'plain' ? '"where"' : { t: 'emit', d: 'where' })
  expect(await client.next('*')).toEqual(kind === 'plain' ? '/' : expect.objectContaining({ d: '/' }))
})

test('authenticate gets the request of a session with each fresh token', async () => {
  const seen: [string | undefined, string | undefined][] = []
  const renewed = deferred()
  const { client } = await open('session', {
    authenticate: ({ request, token }) => {
      seen.push([request.url, token])
      if (token === 'second') renewed.resolve()
      return { id: 'ann' }
    },
  })
  client.send({ t: 'auth', token: 'second' })
  await renewed.promise
  expect(seen).toEqual([
    ['/', 'first'],
    ['/', 'second'],
  ])
})

test('the refusal of a fresh token has the address of the client', async () => {
  const hub = createHub({
    port: 0,
    host: '127.0.0.1',
    address: ({ url }) => `address of ${url}`,
    authenticate: ({ token }) => (token === 'first' ? { id: 'ann' } : null),
  })
  onTestFinished(() => hub.close())
  const refused = deferred<unknown>()
  hub.on('refuse', refused.resolve)
  await hub.ready
  const { send } = await openSession(`ws://127.0.0.1:${hub.port}`, { token: 'first' })
  send({ t: 'auth', token: 'second' })
  expect(await refused.promise).toEqual({ reason: 'auth', code: 4501, address: 'address of /' })
})

test.each<[(typeof KINDS)[number], boolean, HubOptions]>([
  ['plain', true, {}],
  ['session', true, {}],
  ['plain', true, { authenticate: () => ({ id: 'ann' }) }],
  ['session', false, { authenticate: () => ({ id: 'ann' }) }],
  ['plain', false, { keepRequest: true }],
  ['session', false, { keepRequest: true }],
])(
  'the request of a %s client is garbage while the client is connected: %j, with the options %o',
  async (kind, isGarbage, options) => {
    let reference: WeakRef<IncomingMessage> | undefined
    const { client } = await open(kind, options, ({ request }) => {
      reference = new WeakRef(request)
    })
    for (let collections = 0; collections < MOST_COLLECTIONS && reference?.deref(); collections++) {
      await new Promise((resolve) => setImmediate(resolve))
      gc()
    }
    expect([reference?.deref() === undefined, client.socket.readyState]).toEqual([isGarbage, 1])
  },
  PATIENCE,
)

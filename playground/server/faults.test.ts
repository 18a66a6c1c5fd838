import { once } from 'node:events'
import { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestClient, type TestServer, startTestServer } from './startTestServer.ts'

/** A timeout for busy machines, in ms. */
const longTimeout = 30_000

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.stop())

const opened = (socket: WebSocket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('open', () => resolve('open'))
    socket.once('unexpected-response', (_, { statusCode }) => resolve(`HTTP ${statusCode}`))
    socket.once('error', (error) => resolve(error.message))
  })

describe('drop', () => {
  it('cuts every connection without a close frame', async () => {
    const clients = [await server.join('Ada'), await server.join('Bob')]
    await server.post('drop')
    for (const client of clients) expect((await client.closed).code).toBe(1006)
    expect((await server.stats()).connections).toBe(0)
  })
})

describe('close', () => {
  it('closes with the code and the reason', async () => {
    const client = await server.join()
    await server.post('close', { code: 4321, reason: 'gone fishing' })
    expect(await client.closed).toEqual({ code: 4321, reason: 'gone fishing' })
  })

  it('cuts a client that does not answer the close frame', async () => {
    const client = await server.join()
    client.socket.pause()
    await server.post('close', { code: 1000 })
    await vi.waitFor(async () => expect((await server.stats()).connections).toBe(0), longTimeout)
  })
})

describe('freeze', () => {
  it('leaves pings and new handshakes unanswered and TCP open until unfreeze', async () => {
    const client = await server.join('Ada')
    await server.post('freeze')
    const late = server.dial()
    client.send('ping')
    client.send({ type: 'echo', text: 'still there?' })
    client.socket.ping()
    const pongs = vi.fn()
    client.socket.on('pong', pongs)
    // Each answer of the control channel comes after everything above has reached the server; 20 round trips leave time for a wrong reply.
    for (let i = 0; i < 20; i += 1) expect(await server.stats()).toMatchObject({ connections: 1, frozen: 'everything' })
    expect(client.frames.filter((frame) => frame === 'pong' || frame.includes('echo'))).toEqual([])
    expect(pongs).not.toHaveBeenCalled()
    expect([client.socket.readyState, late.readyState]).toEqual([WebSocket.OPEN, WebSocket.CONNECTING])

    const lateOpens = opened(late)
    await server.post('unfreeze')
    expect(await lateOpens).toBe('open')
    await client.next('echo')
    expect(client.frames).toContain('pong')
  })

  it('serves new connections when only the open ones are frozen', async () => {
    const frozen = await server.join('Ada')
    await server.post('freeze', { what: 'connections' })
    const fresh = await server.join('Bob')
    fresh.send({ type: 'chat', text: 'hello' })
    await fresh.next('chat')
    expect(frozen.frames.join()).not.toContain('hello')
    await server.post('unfreeze')
    expect(await frozen.next('chat')).toMatchObject({ text: 'hello' })
  })

  it('holds back a burst until unfreeze', async () => {
    const client = await server.join()
    await client.next('welcome')
    await server.post('freeze')
    await server.post('burst', { count: 2000, size: 1 })
    expect(client.frames).toHaveLength(1)
    await server.post('unfreeze')
    await vi.waitFor(() => expect(client.frames).toHaveLength(2001), longTimeout)
  })

  it('allows drop to cut frozen connections', async () => {
    const client = await server.join()
    await server.post('freeze')
    await server.post('drop')
    expect((await client.closed).code).toBe(1006)
    await vi.waitFor(async () => expect((await server.stats()).connections).toBe(0), longTimeout)
  })
})

describe('refuse', () => {
  it('answers handshakes with 503 until the time is over, and leaves open connections alone', async () => {
    const client = await server.join()
    await server.post('refuse', { seconds: 600 })
    expect(await opened(server.dial())).toContain('503')
    expect((await server.stats()).refusingFor).toBeGreaterThan(590_000)
    client.send({ type: 'echo', text: 'still here' })
    await client.next('echo')
    await server.post('refuse', { seconds: 0.05 })
    await vi.waitFor(async () => expect(await opened(server.dial())).toBe('open'), longTimeout)
  })

  it('can cut the TCP connection instead', async () => {
    await server.post('refuse', { seconds: 600, how: 'destroy' })
    expect(await opened(server.dial())).toBe('socket hang up')
    await server.post('reset')
    expect(await opened(server.dial())).toBe('open')
  })
})

describe('restart', () => {
  it('closes with 1012, refuses connections, and returns without faults', async () => {
    const client = await server.join()
    await server.post('slow', { delay: 50 })
    await server.post('freeze')
    await server.post('restart', { seconds: 0.2 })
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' })
    expect(await opened(server.dial())).toBe('socket hang up')
    await vi.waitFor(async () => expect(await opened(server.dial())).toBe('open'), longTimeout)
    expect(await server.stats()).toMatchObject({ frozen: 'nothing', delay: 0, refusingFor: 0 })
  })

  it('announces the reconnect window in the close reason when asked to', async () => {
    const client = await server.join()
    await server.post('restart', { seconds: 1, announced: true })
    expect(JSON.parse((await client.closed).reason)).toEqual({ in: [1000, 2000] })
  })
})

describe('burst', () => {
  it('sends every client the given number of messages of the given size, in order', async () => {
    const clients = [await server.join(), await server.join()]
    await server.post('burst', { count: 2500, size: 10 })
    for (const client of clients) {
      await vi.waitFor(() => expect(client.frames).toHaveLength(2501), longTimeout)
      const indexes = client.frames.slice(1).map((frame) => JSON.parse(frame).index)
      expect(indexes).toEqual(Array.from({ length: 2500 }, (_, index) => index))
      expect(await client.next('burst')).toEqual({ type: 'burst', index: 0, of: 2500, filler: 'x'.repeat(10) })
    }
  })
})

describe('slow', () => {
  it('delays messages, and keeps their order when the delay ends', async () => {
    const client = await server.join()
    await server.post('slow', { delay: 150 })
    const asked = performance.now()
    client.send({ type: 'echo', text: '1' })
    // The server must have received the echo above before the delay ends.
    await server.stats()
    await server.stats()
    await server.post('slow', { delay: 0 })
    client.send({ type: 'echo', text: '2' })
    expect((await client.next('echo')).text).toBe('1')
    expect(performance.now() - asked).toBeGreaterThan(140)
    expect((await client.next('echo')).text).toBe('2')
  })

  it('delays connections that are opened later', async () => {
    await server.post('slow', { delay: 100 })
    const asked = performance.now()
    const client = await server.join()
    await client.next('welcome')
    expect(performance.now() - asked).toBeGreaterThan(90)
  })
})

describe('faults for some clients', () => {
  /** A client with this name answers. */
  const answers = async (client: TestClient): Promise<void> => {
    client.send({ type: 'echo', text: 'still here' })
    await client.next('echo')
  }
  const frozenOf = async (...names: string[]): Promise<string> =>
    (await server.stats(`?client=${names.join('&client=')}`)).frozen

  it('drops and closes only the clients that it names, by name or by the part before the point', async () => {
    const [vue, react, ab, unnamed] = await Promise.all(
      ['?client=a.vue', '?client=a.react', '?client=ab.vue', ''].map((query) => server.join(undefined, query)),
    )
    await server.post('drop', { clients: 'a.vue' })
    expect((await vue?.closed)?.code).toBe(1006)
    await answers(react!)
    await server.post('close', { code: 4321, clients: ['b', 'a'] })
    expect((await react?.closed)?.code).toBe(4321)
    await answers(ab!)
    await answers(unnamed!)
  })

  it('freezes and delays only the clients that it names, and their next connections too', async () => {
    const frozen = await server.join(undefined, '?client=a.vue')
    const free = await server.join(undefined, '?client=a.react')
    await server.post('slow', { delay: 60_000, clients: 'a.vue' })
    await server.post('freeze', { clients: ['a.vue'] })
    const held = server.dial({}, '?client=a.vue')
    await answers(free)
    await answers(await server.join(undefined, '?client=b'))
    expect(held.readyState).toBe(WebSocket.CONNECTING)
    expect([await frozenOf('a.react'), await frozenOf('a.react', 'a.vue')]).toEqual(['nothing', 'everything'])
    expect(await server.stats()).toMatchObject({ frozen: 'everything', delay: 60_000 })
    expect(await server.stats('?client=b')).toMatchObject({ frozen: 'nothing', delay: 0 })

    const opens = opened(held)
    await server.post('slow', { delay: 0, clients: 'a' })
    await server.post('unfreeze', { clients: 'a' })
    expect(await opens).toBe('open')
    await answers(frozen)
  })

  it('lets the newest command decide for a client that several commands affect', async () => {
    const clients = [await server.join(undefined, '?client=a'), await server.join(undefined, '?client=b')]
    await server.post('freeze', { what: 'connections' })
    await server.post('unfreeze', { clients: 'a' })
    await answers(clients[0]!)
    expect([await frozenOf('a'), await frozenOf('b')]).toEqual(['nothing', 'connections'])
    await server.post('freeze', { clients: 'a' })
    await server.post('unfreeze')
    await Promise.all(clients.map(answers))
    expect([await frozenOf('a'), await frozenOf('b')]).toEqual(['nothing', 'nothing'])
  })
})

it('closes its connections and its port, with a delay still pending', async () => {
  const client = await server.join()
  const another = await startTestServer()
  await another.stop()
  await server.post('slow', { delay: 60_000 })
  client.send('ping')
  await Promise.all([once(client.socket, 'close'), server.stop()])
  await expect(fetch(server.url)).rejects.toThrow()
  server = await startTestServer()
})

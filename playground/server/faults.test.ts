import { once } from 'node:events'
import { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestServer, startTestServer } from './startTestServer.ts'

/** A busy machine takes its time, in ms. */
const patient = 30_000

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
    await vi.waitFor(async () => expect((await server.stats()).connections).toBe(0), patient)
  })
})

describe('freeze', () => {
  it('leaves pings and new handshakes unanswered and TCP open, until unfreeze', async () => {
    const client = await server.join('Ada')
    await server.post('freeze')
    const late = server.dial()
    client.say('ping')
    client.say({ type: 'echo', text: 'anybody?' })
    client.socket.ping()
    const pongs = vi.fn()
    client.socket.on('pong', pongs)
    // The control channel answers after everything above has reached the server: 20 turns of it are proof enough.
    for (let i = 0; i < 20; i += 1) expect(await server.stats()).toMatchObject({ connections: 1, frozen: 'everything' })
    expect(client.frames.filter((frame) => frame === 'pong' || frame.includes('echo'))).toEqual([])
    expect(pongs).not.toHaveBeenCalled()
    expect([client.socket.readyState, late.readyState]).toEqual([WebSocket.OPEN, WebSocket.CONNECTING])

    const lateOpens = opened(late)
    await server.post('unfreeze')
    expect(await lateOpens).toBe('open')
    await client.hear('echo')
    expect(client.frames).toContain('pong')
  })

  it('lets new connections work when only the present ones are frozen', async () => {
    const old = await server.join('Ada')
    await server.post('freeze', { what: 'connections' })
    const fresh = await server.join('Bob')
    fresh.say({ type: 'chat', text: 'hello' })
    await fresh.hear('chat')
    expect(old.frames.join()).not.toContain('hello')
    await server.post('unfreeze')
    expect(await old.hear('chat')).toMatchObject({ text: 'hello' })
  })

  it('holds back a burst as well', async () => {
    const client = await server.join()
    await client.hear('welcome')
    await server.post('freeze')
    await server.post('burst', { count: 2000, size: 1 })
    expect(client.frames).toHaveLength(1)
    await server.post('unfreeze')
    await vi.waitFor(() => expect(client.frames).toHaveLength(2001), patient)
  })

  it('does not keep frozen connections from being cut', async () => {
    const client = await server.join()
    await server.post('freeze')
    await server.post('drop')
    expect((await client.closed).code).toBe(1006)
    await vi.waitFor(async () => expect((await server.stats()).connections).toBe(0), patient)
  })
})

describe('refuse', () => {
  it('answers handshakes with 503 until the time is over, and leaves open connections alone', async () => {
    const client = await server.join()
    await server.post('refuse', { seconds: 600 })
    expect(await opened(server.dial())).toContain('503')
    expect((await server.stats()).refusingFor).toBeGreaterThan(590_000)
    client.say({ type: 'echo', text: 'still here' })
    await client.hear('echo')
    await server.post('refuse', { seconds: 0.05 })
    await vi.waitFor(async () => expect(await opened(server.dial())).toBe('open'), patient)
  })

  it('can cut the TCP connection instead', async () => {
    await server.post('refuse', { seconds: 600, how: 'destroy' })
    expect(await opened(server.dial())).toBe('socket hang up')
    await server.post('reset')
    expect(await opened(server.dial())).toBe('open')
  })
})

describe('restart', () => {
  it('closes with 1012, is away, and comes back without faults', async () => {
    const client = await server.join()
    await server.post('slow', { delay: 50 })
    await server.post('freeze')
    await server.post('restart', { seconds: 0.2 })
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' })
    expect(await opened(server.dial())).toBe('socket hang up')
    await vi.waitFor(async () => expect(await opened(server.dial())).toBe('open'), patient)
    expect(await server.stats()).toMatchObject({ frozen: 'nothing', delay: 0, refusingFor: 0 })
  })

  it('tells the clients when to come back, if asked to', async () => {
    const client = await server.join()
    await server.post('restart', { seconds: 1, announced: true })
    expect(JSON.parse((await client.closed).reason)).toEqual({ in: [1000, 2000] })
  })
})

describe('burst', () => {
  it('tells everybody so many messages of that size, in order', async () => {
    const clients = [await server.join(), await server.join()]
    await server.post('burst', { count: 2500, size: 10 })
    for (const client of clients) {
      await vi.waitFor(() => expect(client.frames).toHaveLength(2501), patient)
      const indexes = client.frames.slice(1).map((frame) => JSON.parse(frame).index)
      expect(indexes).toEqual(Array.from({ length: 2500 }, (_, index) => index))
      expect(await client.hear('burst')).toEqual({ type: 'burst', index: 0, of: 2500, filler: 'x'.repeat(10) })
    }
  })
})

describe('slow', () => {
  it('delays what is said and keeps the order when it ends', async () => {
    const client = await server.join()
    await server.post('slow', { delay: 150 })
    const asked = performance.now()
    client.say({ type: 'echo', text: '1' })
    // The echo above must be in the server's hands before the delay ends.
    await server.stats()
    await server.stats()
    await server.post('slow', { delay: 0 })
    client.say({ type: 'echo', text: '2' })
    expect((await client.hear('echo')).text).toBe('1')
    expect(performance.now() - asked).toBeGreaterThan(140)
    expect((await client.hear('echo')).text).toBe('2')
  })

  it('holds for connections that come later', async () => {
    await server.post('slow', { delay: 100 })
    const asked = performance.now()
    const client = await server.join()
    await client.hear('welcome')
    expect(performance.now() - asked).toBeGreaterThan(90)
  })
})

it('is quiet after it closed: no connection, no listener of the port', async () => {
  const client = await server.join()
  const another = await startTestServer()
  await another.stop()
  await server.post('slow', { delay: 60_000 })
  client.say('ping')
  await Promise.all([once(client.socket, 'close'), server.stop()])
  await expect(fetch(server.url)).rejects.toThrow()
  server = await startTestServer()
})

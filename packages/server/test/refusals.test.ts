/** Refused clients on real sockets: status or close code, the event `refuse`, the counts, and the bounds per address. */

import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import { type AddressInfo, type Socket, connect } from 'node:net'
import { type FakeClock, createFakeClock } from '@holdfast/core/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { networkOf } from '../src/context/address.ts'
import type { RefuseDetails } from '../src/context/hubEvents.ts'
import { HubError } from '../src/errors.ts'
import { type Hub, type HubOptions, createHub } from '../src/hub.ts'
import { SUBPROTOCOL, dial, openSession } from './support/dial.ts'

const listen = async (): Promise<{ server: Server; port: number; url: string }> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { server, port, url: `ws://127.0.0.1:${port}` }
}

const start = async (
  options: HubOptions = {},
): Promise<{ hub: Hub; url: string; port: number; refusals: RefuseDetails[]; server: Server }> => {
  const { server, port, url } = await listen()
  const hub = createHub({ server, ...options })
  onTestFinished(() => hub.close())
  const refusals: RefuseDetails[] = []
  hub.on('refuse', (details) => refusals.push(details))
  return { hub, url, port, refusals, server }
}

const address = '127.0.0.1'

test('each refusal emits `refuse` with its reason, its status or code and the address, and counts by reason', async () => {
  const { hub, url, refusals } = await start({
    path: '/ws',
    allowedOrigins: ['https://mine.example'],
    authenticate: ({ token }) => (token ? { id: token } : null),
    limits: { connections: 1, rate: 1, burst: 1 },
  })
  await expect(dial(`${url}/other`)).rejects.toThrow('status 404')
  await expect(dial(`${url}/ws`, [SUBPROTOCOL], { origin: 'https://evil.example' })).rejects.toThrow('status 403')
  await expect(dial(`${url}/ws`, [])).rejects.toThrow('status 401')
  const first = await dial(`${url}/ws`)
  await expect(dial(`${url}/ws`)).rejects.toThrow('status 503')
  first.send({ t: 'hello', v: 1 })
  expect((await first.closed).code).toBe(4501)
  await expect.poll(() => hub.stats().connections).toBe(0)
  const second = await dial(`${url}/ws`)
  second.send('not JSON')
  expect((await second.closed).code).toBe(4500)
  await expect.poll(() => hub.stats().connections).toBe(0)
  const third = await dial(`${url}/ws`)
  third.send({ t: 'ping' })
  third.send({ t: 'ping' })
  expect((await third.closed).code).toBe(4005)
  await hub.drain({ window: 0 })
  await expect(dial(`${url}/ws`)).rejects.toThrow('status 503')
  expect(refusals).toEqual([
    { reason: 'path', status: 404, address },
    { reason: 'origin', status: 403, address },
    { reason: 'auth', status: 401, address },
    { reason: 'full', status: 503, address },
    { reason: 'auth', code: 4501, address },
    { reason: 'protocol', code: 4500, address },
    { reason: 'rate', code: 4005, address },
    { reason: 'draining', status: 503, address },
  ])
  expect(hub.stats()).toMatchObject({
    refused: 8,
    refusals: { path: 1, origin: 1, auth: 2, full: 1, protocol: 1, rate: 1, draining: 1 },
    errors: 0,
  })
})

test('a request that is no valid WebSocket upgrade gets 400 and counts as `protocol`', async () => {
  const { port, refusals } = await start()
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 [^]*Sec-WebSocket-Version: 13/)
  expect(refusals).toEqual([{ reason: 'protocol', status: 400, address }])
})

test('a later token that is refused emits `refuse`, and auth frames are authenticated one at a time', async () => {
  const running: (() => void)[] = []
  let asked = 0
  const { hub, url, refusals } = await start({
    authenticate: async ({ token }) => {
      if (++asked > 1) await new Promise<void>((resolve) => running.push(resolve))
      return token ? { id: 'ann' } : null
    },
  })
  const { send, closed, next } = await openSession(url, { token: 'a' })
  for (let count = 0; count < 20; count++) send({ t: 'auth', token: 'b' })
  send({ t: 'auth', token: '' })
  send({ t: 'ping', id: 1 }) // handled at once
  await next('pong')
  expect(running).toHaveLength(1)
  for (let count = 0; count <= 20; count++) {
    await expect.poll(() => running).toHaveLength(1)
    running.pop()!()
  }
  expect((await closed).code).toBe(4501)
  expect([asked, refusals]).toEqual([22, [{ reason: 'auth', code: 4501, address }]])
  expect(hub.stats()).toMatchObject({ errors: 0 })
})

describe('upgrades that no listener accepts', () => {
  const upgradeTo = async (port: number, path: string, before = '', allowHalfOpen = false): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen })
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    const headers = 'Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade'
    socket.write(
      `${before}GET ${path} HTTP/1.1\r\n${headers}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'a'.repeat(22)}==\r\n\r\n`,
    )
    return socket
  }
  const textOf = async (socket: Socket): Promise<string> => {
    let text = ''
    socket.on('data', (data: Buffer) => (text += data.toString()))
    await once(socket, 'close')
    return text
  }
  const startTwo = async (
    options: Partial<HubOptions> = {},
  ): Promise<{
    hubs: Hub[]
    port: number
    clock: FakeClock
    server: Server
    seen: (count: number) => Promise<void>
  }> => {
    const { server, port } = await listen()
    const clock = createFakeClock()
    let upgrades = 0
    const hubs = ['/a', '/b'].map((path) => createHub({ server, path, clock, ...options }))
    server.on('upgrade', () => upgrades++)
    onTestFinished(async () => void (await Promise.all(hubs.map((hub) => hub.close()))))
    const seen = async (count: number): Promise<void> => {
      await expect.poll(() => upgrades).toBe(count)
    }
    return { hubs, port, clock, server, seen }
  }

  test('are ended with 404 after a second, also with other listeners, and counted once', async () => {
    const { hubs, port, clock, seen } = await startTwo()
    const texts = await Promise.all(
      Array.from({ length: 20 }, async () => textOf(await upgradeTo(port, '/nope'))).map(async (text, index) => {
        if (index === 0) {
          await seen(20)
          await clock.run(1000)
        }
        return await text
      }),
    )
    for (const text of texts) expect(text).toMatch(/^HTTP\/1\.1 404 /)
    expect(hubs[0]!.stats().refusals.path + hubs[1]!.stats().refusals.path).toBe(20)
    expect(clock.pending).toBe(0)
  })

  test('are ended at once if there are no other listeners', async () => {
    const { url } = await start({ path: '/a', clock: createFakeClock() })
    await expect(dial(`${url}/b`)).rejects.toThrow('status 404')
  })

  test('are ended too if the connection has carried an answer before', async () => {
    const { port, clock, server, seen } = await startTwo()
    server.on('request', (_, response) => response.end('page'))
    const socket = await upgradeTo(port, '/nope', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const text = textOf(socket)
    await seen(1)
    await clock.run(1000)
    expect(await text).toMatch(/page[^]*HTTP\/1\.1 404 /)
  })

  test('are ended at once by close, and nothing remains', async () => {
    const { hubs, port, clock, seen } = await startTwo()
    const text = textOf(await upgradeTo(port, '/nope'))
    await seen(1)
    await Promise.all(hubs.map((hub) => hub.close()))
    expect(await text).toMatch(/^HTTP\/1\.1 404 /)
    expect(clock.pending).toBe(0)
  })

  test('do not include those that another hub is still deciding on, or that another listener has answered', async () => {
    let admit: ((user: { id: string }) => void) | undefined
    const { port, clock, server, seen, hubs } = await startTwo({
      authenticate: () => new Promise((resolve) => (admit = resolve)),
    })
    server.on('upgrade', ({ url }, socket: Socket) => {
      if (url === '/other') socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    })
    const slow = await upgradeTo(port, '/b')
    const other = await upgradeTo(port, '/other')
    const answered = once(other, 'data')
    await seen(2)
    await clock.run(2000)
    admit!({ id: 'ann' })
    const [answer] = (await once(slow, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /)
    await answered
    expect([other.destroyed, hubs[0]!.stats().refused, hubs[1]!.stats().refused]).toEqual([false, 0, 0])
  })

  test('are not counted if the client has left, or another listener has ended the connection', async () => {
    const { hubs, port, clock, server, seen } = await startTwo()
    let leaving: Socket | undefined
    server.on('upgrade', ({ url }, socket: Socket) => {
      if (url === '/ended') socket.end()
      else leaving = socket
    })
    const [gone] = await Promise.all([upgradeTo(port, '/nope'), upgradeTo(port, '/ended', '', true)])
    await seen(2)
    const closed = new Promise((resolve) => leaving!.once('close', resolve))
    const before = clock.pending
    gone.resetAndDestroy()
    await closed
    expect(clock.pending).toBe(before - hubs.length)
    await clock.run(1000)
    expect(hubs.map((hub) => hub.stats().refused)).toEqual([0, 0])
    expect(clock.pending).toBe(0)
  })

  test('keep no listener of a hub when another listener serves them', async () => {
    const { port, clock, server, seen } = await startTwo()
    let socket: Socket | undefined
    let before = 0
    server.prependListener('upgrade', (_, given: Socket) => {
      socket = given
      before = given.listenerCount('close')
      given.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    })
    await upgradeTo(port, '/other')
    await seen(1)
    await clock.run(1000)
    expect(socket!.listenerCount('close')).toBe(before)
  })

  test('two hubs on one path report the mistake, and the first one serves the client', async () => {
    const { server, url } = await listen()
    const hubs = [createHub({ server }), createHub({ server })]
    onTestFinished(async () => void (await Promise.all(hubs.map((hub) => hub.close()))))
    const errors: string[] = []
    hubs[1]!.on('error', ({ message }) => errors.push(message))
    await openSession(url)
    expect(hubs.map((hub) => hub.stats().connections)).toEqual([1, 0])
    expect(errors).toEqual(['two hubs handle one upgrade: give each hub its own path'])
  })

  test('two hubs on one path detect each other, although they come from two copies of the package', async () => {
    vi.resetModules()
    const copy = await import('../src/hub.ts')
    expect(copy.createHub).not.toBe(createHub)
    const { server, url } = await listen()
    const hubs = [createHub({ server }), copy.createHub({ server })]
    onTestFinished(async () => void (await Promise.all(hubs.map((hub) => hub.close()))))
    const errors: string[] = []
    hubs[1]!.on('error', ({ message }) => errors.push(message))
    await openSession(url)
    expect(errors).toEqual(['two hubs handle one upgrade: give each hub its own path'])
  })

  test.each([false, true])(
    'do not end the process by an error of their socket, with other listeners: %s',
    async (hasOther) => {
      const { server, port } = await listen()
      const hub = createHub({ server, path: '/ws' })
      onTestFinished(() => hub.close())
      if (hasOther) server.on('upgrade', () => undefined)
      const upgraded = new Promise<Socket>((resolve) => {
        server.prependOnceListener('upgrade', (_, socket: Socket) => resolve(socket))
      })
      await upgradeTo(port, '/nope')
      const socket = await upgraded
      expect(() => socket.emit('error', new Error('read ECONNRESET'))).not.toThrow()
    },
  )
})

test('a page of another origin is refused in both versions of the protocol', async () => {
  const { url } = await start({ allowedOrigins: ['https://mine.example'] })
  for (const protocolVersion of [8, 13]) {
    const from = (origin: string) => dial(url, [SUBPROTOCOL], { origin, protocolVersion })
    await expect(from('https://evil.example')).rejects.toThrow('status 403')
    await from('https://mine.example')
  }
})

test.each([
  [429, 'Retry-After: 1'],
  [503, 'Retry-After: 1'],
  [403, ''],
])('a refusal with %i has the header %j, and ends a socket that the client leaves open', async (status, header) => {
  const { port, server } = await start({ beforeUpgrade: () => status })
  let socket: Socket | undefined
  server.prependListener('upgrade', (_, given: Socket) => (socket = given))
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void client.destroy())
  client.write(
    `GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'a'.repeat(22)}==\r\n\r\n`,
  )
  const [answer] = (await once(client, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(/Retry-After.*(?=\r)/.exec(answer.toString())?.[0] ?? '').toBe(header)
  await expect.poll(() => socket!.destroyed).toBe(true)
})

describe('limits.perAddress', () => {
  test('bounds the connections of one address with 429, and frees the place of a connection that ends', async () => {
    const { hub, url, refusals } = await start({ limits: { perAddress: 2 } })
    const first = await openSession(url)
    await dial(url, [])
    await expect(dial(url)).rejects.toThrow('status 429')
    await expect(dial(url, [])).rejects.toThrow('status 429')
    expect(refusals).toEqual([
      { reason: 'rate', status: 429, address },
      { reason: 'rate', status: 429, address },
    ])
    first.socket.terminate()
    await expect.poll(() => hub.stats().connections).toBe(1)
    await openSession(url)
  })

  test('counts an IPv4 client by its own address, also without the address of a proxy and at an IPv6 socket', async () => {
    const hub = createHub({ port: 0, limits: { perAddress: 1 }, address: () => '' })
    onTestFinished(() => hub.close())
    hub.on('error', () => undefined)
    const refusals: RefuseDetails[] = []
    hub.on('refuse', (details) => refusals.push(details))
    await hub.ready
    await dial(`ws://127.0.0.1:${hub.port}`)
    await expect(dial(`ws://127.0.0.1:${hub.port}`)).rejects.toThrow('status 429')
    expect(refusals).toEqual([{ reason: 'rate', status: 429, address }])
  })

  test('counts by the address that a proxy passes on', async () => {
    const { url, refusals } = await start({
      limits: { perAddress: 1 },
      address: ({ headers }) => `${headers['x-real-ip']}`,
    })
    const from = (ip: string) => dial(url, [], { headers: { 'x-real-ip': ip } })
    await from('1.2.3.4')
    await from('2001:db8:1:2:3::4')
    await from('2001:db8:1:3::4')
    await expect(from('2001:db8:1:2::9')).rejects.toThrow('status 429')
    await expect(from('1.2.3.4')).rejects.toThrow('status 429')
    expect(refusals.map((refusal) => refusal.address)).toEqual(['2001:db8:1:2::9', '1.2.3.4'])
  })

  test.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1:2:3:4:5', '0:0:0:1'],
    ['not an address', 'not an address'],
  ])('counts %s as %s', (given, network) => {
    expect(networkOf(given)).toBe(network)
  })
})

describe('beforeUpgrade', () => {
  test('accepts by true, and refuses with its status, or with 403 for false and a HubError', async () => {
    const { url, refusals } = await start({
      authenticate: ({ token }) => (token === undefined ? null : { id: token }),
      beforeUpgrade: async ({ url: path }) => {
        if (path === '/?throw') throw new HubError('no')
        return path === '/' || (path === '/?false' ? false : Number(path!.slice(2)))
      },
    })
    for (const [query, status] of [
      ['false', 403],
      ['throw', 403],
      ['400', 400],
      ['599', 599],
      ['302', 403],
      ['600', 403],
      ['418', 418],
      ['429', 429],
      ['503', 503],
    ] as const) {
      await expect(dial(`${url}/?${query}`)).rejects.toThrow(`status ${status}`)
    }
    await openSession(url, { token: 'ann' })
    expect(refusals.map(({ reason }) => reason)).toEqual([...Array.from({ length: 7 }, () => 'auth'), 'rate', 'full'])
  })
})

/** Each fault, between a real client and a real server of `ws`. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createFaultProxy, type FaultProxy } from '../../src/testing/index.ts'
import { deferred } from '../support/deferred.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end()
})

/** What came at one end, to be awaited. */
interface Ear {
  texts: string[]
  /** Resolves when n texts have come. */
  heard(n: number): Promise<string[]>
  closed: Promise<{ code: number; reason: string }>
  errors: string[]
}

function listen(socket: WebSocket): Ear {
  const texts: string[] = []
  const errors: string[] = []
  let told = deferred()
  socket.on('message', (data) => {
    texts.push(String(data))
    told.resolve()
    told = deferred()
  })
  socket.on('error', (error) => {
    errors.push((error as NodeJS.ErrnoException).code ?? error.message)
  })
  // Not by once(), which takes an error before it for its own.
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  return {
    texts,
    errors,
    closed,
    heard: async (n) => {
      while (texts.length < n) await told.promise
      return texts
    },
  }
}

async function stage(): Promise<{ proxy: FaultProxy; dial: () => Dialled; pair: () => Promise<Linked> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  ends.push(() => {
    for (const socket of server.clients) socket.terminate()
    return new Promise((resolve) => {
      server.close(resolve)
    })
  })
  const proxy = await createFaultProxy({ target: (server.address() as AddressInfo).port })
  ends.push(() => proxy.close())
  const dial = (): Dialled => {
    const client = new WebSocket(proxy.url)
    ends.push(() => client.terminate())
    return { client, atClient: listen(client) }
  }
  return {
    proxy,
    dial,
    async pair() {
      const [dialled, [remote]] = [dial(), (await once(server, 'connection')) as [WebSocket]]
      const atServer = listen(remote)
      if (dialled.client.readyState !== WebSocket.OPEN) await once(dialled.client, 'open')
      return { ...dialled, remote, atServer }
    },
  }
}

interface Dialled {
  client: WebSocket
  atClient: Ear
}
interface Linked extends Dialled {
  remote: WebSocket
  atServer: Ear
}

const msg = (s: string, off: number): string => JSON.stringify({ t: 'msg', s, off, d: `${s}${off}` })

describe('without a rule', () => {
  test('everything goes through as it came, both ways', async () => {
    const { proxy, pair } = await stage()
    const { client, atClient, remote, atServer } = await pair()
    const long = 'x'.repeat(70_000)
    for (const text of ['a', 'é🎣', 'y'.repeat(200), long]) {
      client.send(text)
      remote.send(text)
    }
    expect(await atServer.heard(4)).toEqual(['a', 'é🎣', 'y'.repeat(200), long])
    expect(await atClient.heard(4)).toEqual(['a', 'é🎣', 'y'.repeat(200), long])
    client.ping()
    await once(client, 'pong')
    client.close(4321, 'bye')
    expect(await atServer.closed).toEqual({ code: 4321, reason: 'bye' })
    expect(await atClient.closed).toEqual({ code: 4321, reason: 'bye' })
    await proxy.seen('end')
    expect(proxy.connections).toBe(0)
  })

  test('the log tells of frames without their text', async () => {
    const { proxy, pair } = await stage()
    const { client, remote } = await pair()
    client.send(JSON.stringify({ t: 'hello', token: 'secret' }))
    remote.send(msg('room', 1))
    const hello = await proxy.seen(({ t }) => t === 'hello')
    expect(hello).toMatchObject({ what: 'frame', connection: 1, direction: 'toServer', opcode: 1 })
    expect(await proxy.seen(({ s }) => s === 'room')).toMatchObject({ what: 'frame', direction: 'toClient', t: 'msg' })
    expect(JSON.stringify(proxy.log)).not.toContain('secret')
    expect(proxy.log[0]).toMatchObject({ what: 'open', connection: 1 })
  })

  test('a server that resets resets the client', async () => {
    const { pair } = await stage()
    const { atClient, remote } = await pair()
    ;(remote as unknown as { _socket: { resetAndDestroy(): void } })._socket.resetAndDestroy()
    expect((await atClient.closed).code).toBe(1006)
  })

  test('an answer that is no upgrade goes through', async () => {
    const { proxy } = await stage()
    const response = await fetch(proxy.url.replace('ws:', 'http:'))
    expect(response.status).toBe(426)
    expect(await response.text()).toBe('Upgrade Required')
  })

  test('a server that is not there ends the client', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const proxy = await createFaultProxy({ target: `ws://127.0.0.1:${port}` })
    ends.push(() => proxy.close())
    const { closed } = listen(new WebSocket(proxy.url))
    expect((await closed).code).toBe(1006)
  })
})

test('refuse: nobody listens until the rule is taken away, and who is there stays', async () => {
  const { proxy, dial, pair } = await stage()
  const { client, atServer } = await pair()
  const { port } = proxy
  const heal = await proxy.add({ fault: 'refuse' })
  const { atClient } = dial()
  expect((await atClient.closed).code).toBe(1006)
  expect(atClient.errors).toEqual(['ECONNREFUSED'])
  client.send('still here')
  await atServer.heard(1)
  await heal()
  expect(proxy.port).toBe(port)
  await pair()
})

test('close: a dial is accepted and ended', async () => {
  const { proxy, dial, pair } = await stage()
  const heal = await proxy.add({ fault: 'close' })
  const { atClient } = dial()
  expect((await atClient.closed).code).toBe(1006)
  expect(atClient.errors).not.toContain('ECONNREFUSED')
  await proxy.seen('closed')
  await heal()
  await pair()
})

describe('cut', () => {
  test('after n frames: they arrive, and then both ends lose the connection', async () => {
    const { proxy, pair } = await stage()
    const { atClient, remote, atServer } = await pair()
    await proxy.add({ fault: 'cut', direction: 'toClient', frames: 2 })
    for (const text of ['1', '2', '3', '4']) remote.send(text)
    expect((await atClient.closed).code).toBe(1006)
    expect((await atServer.closed).code).toBe(1006)
    expect(atClient.texts).toEqual(['1', '2'])
    await proxy.seen('cut')
  })

  test('after n frames of a connection to come: the handshake is none', async () => {
    const { proxy, pair } = await stage()
    await proxy.add({ fault: 'cut', direction: 'toClient', frames: 2 })
    const { atClient, remote } = await pair()
    for (const text of ['1', '2', '3']) remote.send(text)
    await atClient.closed
    expect(atClient.texts).toEqual(['1', '2'])
  })

  test('comes behind what is delayed, and nothing comes behind it', async () => {
    const { proxy, pair } = await stage()
    const { atClient, remote } = await pair()
    await proxy.add({ fault: 'delay', direction: 'toClient', ms: 40 })
    await proxy.add({ fault: 'cut', direction: 'toClient', frames: 2 })
    for (const text of ['1', '2', '3', '4']) remote.send(text)
    await atClient.closed
    expect(atClient.texts).toEqual(['1', '2'])
    expect(proxy.log.map(({ what }) => what)).toEqual(['open', 'frame', 'delayed', 'delayed', 'cut', 'end'])
  })

  test('counts each way and each connection for itself', async () => {
    const { proxy, pair } = await stage()
    const [x, y] = [await pair(), await pair()]
    await proxy.add({ fault: 'cut', direction: 'toServer', frames: 2 })
    x.client.send('1')
    y.client.send('1')
    x.remote.send('other way')
    x.remote.send('other way')
    await Promise.all([x.atServer.heard(1), y.atServer.heard(1), x.atClient.heard(2)])
    x.client.send('2')
    expect((await x.atClient.closed).code).toBe(1006)
    y.remote.send('alive')
    await y.atClient.heard(1)
  })

  test('after 0 frames: the next one does not arrive', async () => {
    const { proxy, pair } = await stage()
    await proxy.add({ fault: 'cut', direction: 'toServer', frames: 0 })
    const { client, atClient, atServer } = await pair()
    client.send('1')
    await Promise.all([atClient.closed, atServer.closed])
    expect(atServer.texts).toEqual([])
  })

  test('after n bytes: in the middle of the handshake', async () => {
    const { proxy, dial } = await stage()
    await proxy.add({ fault: 'cut', direction: 'toClient', bytes: 20 })
    const { atClient } = dial()
    expect((await atClient.closed).code).toBe(1006)
    expect(await proxy.seen('cut')).toMatchObject({ bytes: 20, direction: 'toClient' })
  })

  test('after n bytes: in the middle of a frame', async () => {
    const { proxy, pair } = await stage()
    const { atClient, remote } = await pair()
    await proxy.add({ fault: 'cut', direction: 'toClient', bytes: 15 })
    remote.send('12345678') // 10 bytes with its header
    remote.send('12345678')
    expect((await atClient.closed).code).toBe(1006)
    expect(atClient.texts).toEqual(['12345678'])
  })

  test('with neither: now, and whoever dials', async () => {
    const { proxy, dial, pair } = await stage()
    const { atClient } = await pair()
    const heal = await proxy.add({ fault: 'cut', direction: 'toClient', reset: true })
    expect((await atClient.closed).code).toBe(1006)
    expect((await dial().atClient.closed).code).toBe(1006)
    await heal()
    await pair()
  })

  test('by hand: all of them', async () => {
    const { proxy, pair } = await stage()
    const [x, y] = [await pair(), await pair()]
    proxy.cut()
    await Promise.all([x.atClient.closed, y.atClient.closed, x.atServer.closed, y.atServer.closed])
    expect(proxy.connections).toBe(0)
  })
})

describe('swallow', () => {
  test('nothing arrives one way, the other way lives', async () => {
    const { proxy, pair } = await stage()
    const { client, atClient, remote, atServer } = await pair()
    const heal = await proxy.add({ fault: 'swallow', direction: 'toClient' })
    remote.send('lost')
    await proxy.seen('swallowed')
    client.send('heard')
    expect(await atServer.heard(1)).toEqual(['heard'])
    await heal()
    remote.send('back')
    expect(await atClient.heard(1)).toEqual(['back'])
  })

  test('an end does not arrive either, until the rule is taken away', async () => {
    const { proxy, pair } = await stage()
    const { client, remote, atServer } = await pair()
    const other = await pair()
    const heal = await proxy.add({ fault: 'swallow', direction: 'toServer' })
    client.terminate()
    await proxy.seen(({ what, bytes }) => what === 'swallowed' && bytes === 0)
    other.remote.send('time enough for an end to come through')
    await other.atClient.heard(1)
    expect(remote.readyState).toBe(WebSocket.OPEN)
    await heal()
    expect((await atServer.closed).code).toBe(1006)
  })
})

test('delay: everything comes later, in order', async () => {
  const { proxy, pair } = await stage()
  const { client, atServer } = await pair()
  const heal = await proxy.add({ fault: 'delay', direction: 'toServer', ms: 80 })
  const start = performance.now()
  client.send('1')
  await proxy.seen('delayed')
  await heal()
  client.send('2') // would be faster, and waits behind
  expect(await atServer.heard(2)).toEqual(['1', '2'])
  expect(performance.now() - start).toBeGreaterThan(75)
})

test('duplicate: the frames that fit come twice, masked ones too', async () => {
  const { proxy, pair } = await stage()
  const { client, atClient, remote, atServer } = await pair()
  await proxy.add({ fault: 'duplicate', direction: 'toClient', frame: ({ s }) => s === 'a' })
  const heal = await proxy.add({ fault: 'duplicate', direction: 'toServer' })
  for (const text of [msg('a', 1), msg('b', 1), msg('a', 2)]) remote.send(text)
  expect(await atClient.heard(5)).toEqual([msg('a', 1), msg('a', 1), msg('b', 1), msg('a', 2), msg('a', 2)])
  client.send('up')
  expect(await atServer.heard(2)).toEqual(['up', 'up'])
  await heal()
  client.send('once')
  client.send('more')
  expect(await atServer.heard(4)).toEqual(['up', 'up', 'once', 'more'])
})

describe('reorder', () => {
  test('frames of two streams change places, those of one never', async () => {
    const { proxy, pair } = await stage()
    const { atClient, remote } = await pair()
    await proxy.add({ fault: 'reorder', direction: 'toClient', ms: 10_000 })
    const texts = [
      msg('a', 1),
      msg('b', 1),
      msg('a', 2),
      msg('a', 3),
      msg('b', 2),
      '{"t":"ack","seq":1}',
      msg('a', 4),
      '{"t":"pong","id":1}',
    ]
    for (const text of texts) remote.send(text)
    const got = await atClient.heard(texts.length)
    expect(got).toEqual([
      msg('b', 1),
      msg('a', 1),
      msg('a', 2),
      msg('b', 2),
      msg('a', 3),
      '{"t":"ack","seq":1}',
      msg('a', 4),
      '{"t":"pong","id":1}',
    ])
    expect(proxy.log.filter(({ what }) => what === 'reordered')).toHaveLength(2)
  })

  test('a frame that none overtakes is let go in time', async () => {
    const { proxy, pair } = await stage()
    const { atClient, remote } = await pair()
    await proxy.add({ fault: 'reorder', direction: 'toClient', ms: 20 })
    remote.send(msg('a', 1))
    expect(await atClient.heard(1)).toEqual([msg('a', 1)])
  })
})

test('truncate: half of a frame arrives, then the end', async () => {
  const { proxy, pair } = await stage()
  const { atClient, remote, atServer } = await pair()
  await proxy.add({ fault: 'truncate', direction: 'toClient', frame: ({ number }) => number === 2 })
  remote.send('first')
  remote.send('second')
  remote.send('third')
  expect((await atClient.closed).code).toBe(1006)
  expect((await atServer.closed).code).toBe(1006)
  expect(atClient.texts).toEqual(['first'])
  expect(await proxy.seen('truncated')).toMatchObject({ bytes: 4 })
})

test('clear takes all rules away', async () => {
  const { proxy, pair } = await stage()
  await proxy.add({ fault: 'refuse' })
  await proxy.add({ fault: 'swallow', direction: 'toServer' })
  await proxy.clear()
  const { client, atServer } = await pair()
  client.send('through')
  await atServer.heard(1)
})

test('a target of another kind is refused with words', async () => {
  await expect(createFaultProxy({ target: 'wss://example.org' })).rejects.toThrow(
    'target: expected ws:// or a port, got wss:',
  )
})

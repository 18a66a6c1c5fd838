/** Each fault of the proxy, between a real client and a real server of `ws`. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createFaultProxy, type FaultProxy } from '../../src/testing/index.ts'
import { deferred } from '../support/deferred.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

/** Records what one end receives. */
interface Recorder {
  texts: string[]
  /** Resolves when n texts have arrived. */
  received(n: number): Promise<string[]>
  closed: Promise<{ code: number; reason: string }>
  errors: string[]
}

function record(socket: WebSocket): Recorder {
  const texts: string[] = []
  const errors: string[] = []
  let changed = deferred()
  socket.on('message', (data) => {
    texts.push(String(data))
    changed.resolve()
    changed = deferred()
  })
  socket.on('error', (error) => {
    errors.push((error as NodeJS.ErrnoException).code ?? error.message)
  })
  // `once()` would reject on an earlier error.
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  return {
    texts,
    errors,
    closed,
    received: async (n) => {
      while (texts.length < n) await changed.promise
      return texts
    },
  }
}

async function openProxy(): Promise<{ proxy: FaultProxy; dial: () => Dialled; connect: () => Promise<Connected> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  cleanups.push(() => {
    for (const socket of server.clients) socket.terminate()
    return new Promise((resolve) => {
      server.close(resolve)
    })
  })
  const proxy = await createFaultProxy({ target: (server.address() as AddressInfo).port })
  cleanups.push(() => proxy.close())
  const dial = (): Dialled => {
    const client = new WebSocket(proxy.url)
    cleanups.push(() => client.terminate())
    return { client, atClient: record(client) }
  }
  return {
    proxy,
    dial,
    async connect() {
      const [dialled, [remote]] = [dial(), (await once(server, 'connection')) as [WebSocket]]
      const atServer = record(remote)
      if (dialled.client.readyState !== WebSocket.OPEN) await once(dialled.client, 'open')
      return { ...dialled, remote, atServer }
    },
  }
}

interface Dialled {
  client: WebSocket
  atClient: Recorder
}
interface Connected extends Dialled {
  remote: WebSocket
  atServer: Recorder
}

const msg = (s: string, off: number): string => JSON.stringify({ t: 'msg', s, off, d: `${s}${off}` })

describe('without a rule', () => {
  test('everything passes unchanged in both directions', async () => {
    const { proxy, connect } = await openProxy()
    const { client, atClient, remote, atServer } = await connect()
    const long = 'x'.repeat(70_000)
    for (const text of ['a', 'é🎣', 'y'.repeat(200), long]) {
      client.send(text)
      remote.send(text)
    }
    expect(await atServer.received(4)).toEqual(['a', 'é🎣', 'y'.repeat(200), long])
    expect(await atClient.received(4)).toEqual(['a', 'é🎣', 'y'.repeat(200), long])
    client.ping()
    await once(client, 'pong')
    client.close(4321, 'bye')
    expect(await atServer.closed).toEqual({ code: 4321, reason: 'bye' })
    expect(await atClient.closed).toEqual({ code: 4321, reason: 'bye' })
    await proxy.seen('end')
    expect(proxy.connections).toBe(0)
  })

  test('the log contains frames without their text', async () => {
    const { proxy, connect } = await openProxy()
    const { client, remote } = await connect()
    client.send(JSON.stringify({ t: 'hello', token: 'secret' }))
    remote.send(msg('room', 1))
    const hello = await proxy.seen(({ t }) => t === 'hello')
    expect(hello).toMatchObject({ what: 'frame', connection: 1, direction: 'toServer', opcode: 1 })
    expect(await proxy.seen(({ s }) => s === 'room')).toMatchObject({ what: 'frame', direction: 'toClient', t: 'msg' })
    expect(JSON.stringify(proxy.log)).not.toContain('secret')
    expect(proxy.log[0]).toMatchObject({ what: 'open', connection: 1 })
  })

  test('a reset by the server resets the client', async () => {
    const { connect } = await openProxy()
    const { atClient, remote } = await connect()
    ;(remote as unknown as { _socket: { resetAndDestroy(): void } })._socket.resetAndDestroy()
    expect((await atClient.closed).code).toBe(1006)
  })

  test('a response that is not an upgrade passes', async () => {
    const { proxy } = await openProxy()
    const response = await fetch(proxy.url.replace('ws:', 'http:'))
    expect(response.status).toBe(426)
    expect(await response.text()).toBe('Upgrade Required')
  })

  test('a server that is not running ends the connection of the client', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const proxy = await createFaultProxy({ target: `ws://127.0.0.1:${port}` })
    cleanups.push(() => proxy.close())
    const { closed } = record(new WebSocket(proxy.url))
    expect((await closed).code).toBe(1006)
  })
})

test('refuse: the proxy does not listen until the rule is removed, and open connections continue', async () => {
  const { proxy, dial, connect } = await openProxy()
  const { client, atServer } = await connect()
  const { port } = proxy
  const heal = await proxy.add({ fault: 'refuse' })
  const { atClient } = dial()
  expect((await atClient.closed).code).toBe(1006)
  expect(atClient.errors).toEqual(['ECONNREFUSED'])
  client.send('still here')
  await atServer.received(1)
  await heal()
  expect(proxy.port).toBe(port)
  await connect()
})

test('close: a dial is accepted and closed', async () => {
  const { proxy, dial, connect } = await openProxy()
  const heal = await proxy.add({ fault: 'close' })
  const { atClient } = dial()
  expect((await atClient.closed).code).toBe(1006)
  expect(atClient.errors).not.toContain('ECONNREFUSED')
  await proxy.seen('closed')
  await heal()
  await connect()
})

describe('cut', () => {
  test('after n frames: they arrive, then both ends lose the connection', async () => {
    const { proxy, connect } = await openProxy()
    const { atClient, remote, atServer } = await connect()
    await proxy.add({ fault: 'cut', direction: 'toClient', frames: 2 })
    for (const text of ['1', '2', '3', '4']) remote.send(text)
    expect((await atClient.closed).code).toBe(1006)
    expect((await atServer.closed).code).toBe(1006)
    expect(atClient.texts).toEqual(['1', '2'])
    await proxy.seen('cut')
  })

  test('after n frames of a later connection: the handshake does not count as a frame', async () => {
    const { proxy, connect } = await openProxy()
    await proxy.add({ fault: 'cut', direction: 'toClient', frames: 2 })
    const { atClient, remote } = await connect()
    for (const text of ['1', '2', '3']) remote.send(text)
    await atClient.closed
    expect(atClient.texts).toEqual(['1', '2'])
  })

  test('waits for delayed frames, and nothing follows it', async () => {
    const { proxy, connect } = await openProxy()
    const { atClient, remote } = await connect()
    await proxy.add({ fault: 'delay', direction: 'toClient', ms: 40 })
    await proxy.add({ fault: 'cut', direction: 'toClient', frames: 2 })
    for (const text of ['1', '2', '3', '4']) remote.send(text)
    await atClient.closed
    expect(atClient.texts).toEqual(['1', '2'])
    expect(proxy.log.map(({ what }) => what)).toEqual(['open', 'frame', 'delayed', 'delayed', 'cut', 'end'])
  })

  test('counts each direction and each connection separately', async () => {
    const { proxy, connect } = await openProxy()
    const [x, y] = [await connect(), await connect()]
    await proxy.add({ fault: 'cut', direction: 'toServer', frames: 2 })
    x.client.send('1')
    y.client.send('1')
    x.remote.send('other way')
    x.remote.send('other way')
    await Promise.all([x.atServer.received(1), y.atServer.received(1), x.atClient.received(2)])
    x.client.send('2')
    expect((await x.atClient.closed).code).toBe(1006)
    y.remote.send('alive')
    await y.atClient.received(1)
  })

  test('after 0 frames: the next one does not arrive', async () => {
    const { proxy, connect } = await openProxy()
    await proxy.add({ fault: 'cut', direction: 'toServer', frames: 0 })
    const { client, atClient, atServer } = await connect()
    client.send('1')
    await Promise.all([atClient.closed, atServer.closed])
    expect(atServer.texts).toEqual([])
  })

  test('after n bytes: in the middle of the handshake', async () => {
    const { proxy, dial } = await openProxy()
    await proxy.add({ fault: 'cut', direction: 'toClient', bytes: 20 })
    const { atClient } = dial()
    expect((await atClient.closed).code).toBe(1006)
    expect(await proxy.seen('cut')).toMatchObject({ bytes: 20, direction: 'toClient' })
  })

  test('after n bytes: in the middle of a frame', async () => {
    const { proxy, connect } = await openProxy()
    const { atClient, remote } = await connect()
    await proxy.add({ fault: 'cut', direction: 'toClient', bytes: 15 })
    remote.send('12345678') // 10 bytes with its header
    remote.send('12345678')
    expect((await atClient.closed).code).toBe(1006)
    expect(atClient.texts).toEqual(['12345678'])
  })

  test('without frames and bytes: at once, and for each later dial', async () => {
    const { proxy, dial, connect } = await openProxy()
    const { atClient } = await connect()
    const heal = await proxy.add({ fault: 'cut', direction: 'toClient', reset: true })
    expect((await atClient.closed).code).toBe(1006)
    expect((await dial().atClient.closed).code).toBe(1006)
    await heal()
    await connect()
  })

  test('by the method cut(): all connections', async () => {
    const { proxy, connect } = await openProxy()
    const [x, y] = [await connect(), await connect()]
    proxy.cut()
    await Promise.all([x.atClient.closed, y.atClient.closed, x.atServer.closed, y.atServer.closed])
    expect(proxy.connections).toBe(0)
  })
})

describe('swallow', () => {
  test('nothing arrives in one direction, and the other direction works', async () => {
    const { proxy, connect } = await openProxy()
    const { client, atClient, remote, atServer } = await connect()
    const heal = await proxy.add({ fault: 'swallow', direction: 'toClient' })
    remote.send('lost')
    await proxy.seen('swallowed')
    client.send('received')
    expect(await atServer.received(1)).toEqual(['received'])
    await heal()
    remote.send('back')
    expect(await atClient.received(1)).toEqual(['back'])
  })

  test('a close does not arrive either, until the rule is removed', async () => {
    const { proxy, connect } = await openProxy()
    const { client, remote, atServer } = await connect()
    const other = await connect()
    const heal = await proxy.add({ fault: 'swallow', direction: 'toServer' })
    client.terminate()
    await proxy.seen(({ what, bytes }) => what === 'swallowed' && bytes === 0)
    other.remote.send('time enough for an end to come through')
    await other.atClient.received(1)
    expect(remote.readyState).toBe(WebSocket.OPEN)
    await heal()
    expect((await atServer.closed).code).toBe(1006)
  })
})

test('delay: everything arrives later and in order', async () => {
  const { proxy, connect } = await openProxy()
  const { client, atServer } = await connect()
  const heal = await proxy.add({ fault: 'delay', direction: 'toServer', ms: 80 })
  const start = performance.now()
  client.send('1')
  await proxy.seen('delayed')
  await heal()
  client.send('2') // has no delay of its own, but waits for the first one
  expect(await atServer.received(2)).toEqual(['1', '2'])
  expect(performance.now() - start).toBeGreaterThan(75)
})

test('duplicate: matching frames arrive twice, masked ones too', async () => {
  const { proxy, connect } = await openProxy()
  const { client, atClient, remote, atServer } = await connect()
  await proxy.add({ fault: 'duplicate', direction: 'toClient', frame: ({ s }) => s === 'a' })
  const heal = await proxy.add({ fault: 'duplicate', direction: 'toServer' })
  for (const text of [msg('a', 1), msg('b', 1), msg('a', 2)]) remote.send(text)
  expect(await atClient.received(5)).toEqual([msg('a', 1), msg('a', 1), msg('b', 1), msg('a', 2), msg('a', 2)])
  client.send('up')
  expect(await atServer.received(2)).toEqual(['up', 'up'])
  await heal()
  client.send('once')
  client.send('more')
  expect(await atServer.received(4)).toEqual(['up', 'up', 'once', 'more'])
})

describe('reorder', () => {
  test('frames of two streams change places, frames of one stream never do', async () => {
    const { proxy, connect } = await openProxy()
    const { atClient, remote } = await connect()
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
    const got = await atClient.received(texts.length)
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

  test('a frame that no other frame overtakes is released after ms', async () => {
    const { proxy, connect } = await openProxy()
    const { atClient, remote } = await connect()
    await proxy.add({ fault: 'reorder', direction: 'toClient', ms: 20 })
    remote.send(msg('a', 1))
    expect(await atClient.received(1)).toEqual([msg('a', 1)])
  })
})

test('truncate: half of a frame arrives, then the connection is cut', async () => {
  const { proxy, connect } = await openProxy()
  const { atClient, remote, atServer } = await connect()
  await proxy.add({ fault: 'truncate', direction: 'toClient', frame: ({ number }) => number === 2 })
  remote.send('first')
  remote.send('second')
  remote.send('third')
  expect((await atClient.closed).code).toBe(1006)
  expect((await atServer.closed).code).toBe(1006)
  expect(atClient.texts).toEqual(['first'])
  expect(await proxy.seen('truncated')).toMatchObject({ bytes: 4 })
})

test('clear removes all rules', async () => {
  const { proxy, connect } = await openProxy()
  await proxy.add({ fault: 'refuse' })
  await proxy.add({ fault: 'swallow', direction: 'toServer' })
  await proxy.clear()
  const { client, atServer } = await connect()
  client.send('through')
  await atServer.received(1)
})

test('createFaultProxy rejects a target with another protocol', async () => {
  await expect(createFaultProxy({ target: 'wss://example.org' })).rejects.toThrow(
    'target: expected ws:// or a port, got wss:',
  )
})

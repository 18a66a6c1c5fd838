import { expect, test } from 'vitest'
import { createTestNetwork } from './support/createTestNetwork.ts'

test('a handshake takes two latencies, and messages take one', async () => {
  const { dial, servers, log, advance, dials } = createTestNetwork()
  const socket = dial('vueuse/0?token=secret')
  await advance(100)
  socket.send('to the server')
  servers[0]?.send(Buffer.from('to the client'))
  servers[0]?.ping()
  await advance(100)
  expect(log).toEqual(['40 open', '120 server message to the server', '120 message to the client', '140 server pong'])
  expect(dials).toEqual([{ client: 'vueuse/0', fails: false }])
})

test('messages keep their order, whatever their random delays', async () => {
  const { dial, servers, log, advance, network } = createTestNetwork()
  network.setLatency(50, 500)
  dial()
  await advance(2000)
  log.length = 0
  for (let index = 0; index < 100; index++) servers[0]?.send(Buffer.from(String(index)))
  await advance(2000)
  expect(log.map((line) => line.split(' ')[2])).toEqual(Array.from({ length: 100 }, (_, index) => String(index)))
  const times = log.map((line) => Number(line.split(' ')[0]) - 2000)
  expect(Math.min(...times) >= 50 && Math.max(...times) > 400 && Math.max(...times) <= 550).toBe(true)
})

test('a rate delays by the size, and both ends count what was not sent', async () => {
  const { dial, servers, log, advance, network, states } = createTestNetwork()
  const socket = dial()
  await advance(100)
  const end = network.limitRate(1000)
  socket.send('x'.repeat(100))
  socket.send('y'.repeat(100))
  servers[0]?.send(Buffer.from('z'.repeat(100)))
  expect(socket.bufferedAmount).toBe(200)
  expect(servers[0]?.bufferedAmount).toBe(100)
  await advance(1000)
  expect(servers[0]?.bufferedAmount).toBe(0)
  expect(socket.bufferedAmount).toBe(0)
  expect(log.slice(1).map((line) => line.slice(0, 24))).toEqual([
    '220 server message xxxxx',
    '220 message zzzzzzzzzzzz',
    '320 server message yyyyy',
  ])
  end()
  expect(states).toEqual(['slow', 'up'])
})

test('a half-open connection loses all bytes without an event, and stays dead once it has lost one', async () => {
  const { dial, servers, log, advance, network } = createTestNetwork()
  const dead = dial()
  const silent = dial()
  await advance(100)
  const end = network.breakLinks('both')
  dead.send('lost')
  servers[0]?.send(Buffer.from('lost'))
  await advance(1000)
  expect(network.reaches('client')).toBe(false)
  const fresh = dial('other')
  await advance(100)
  expect(fresh.readyState).toBe(1)
  end()
  expect(network.reaches('client')).toBe(true) // by the second socket
  log.length = 0
  for (const socket of [dead, silent]) socket.send('after')
  servers[0]?.send(Buffer.from('after'))
  await advance(100_000)
  expect(log).toEqual(['1220 server message after'])
  expect(dead.readyState).toBe(1)
})

test('a connection that is broken in one direction passes bytes in the other', async () => {
  const { dial, servers, log, advance, network } = createTestNetwork()
  const socket = dial()
  await advance(100)
  network.breakLinks('toClient')
  socket.send('passes')
  servers[0]?.send(Buffer.from('is lost'))
  await advance(100)
  expect(log.slice(1)).toEqual(['120 server message passes'])
  expect(network.reaches('client')).toBe(false)
})

test('bytes that are held back arrive afterwards, in their order', async () => {
  const { dial, servers, log, advance, network } = createTestNetwork()
  const socket = dial()
  await advance(100)
  servers[0]?.send(Buffer.from('on its way'))
  const release = network.holdLinks()
  for (const text of ['one', 'two']) servers[0]?.send(Buffer.from(text))
  socket.send('three')
  dial('during')
  await advance(5000)
  expect(servers.length).toBe(1)
  expect(network.reaches('client')).toBe(false)
  release()
  await advance(100)
  expect(network.reaches('client')).toBe(true)
  expect(log.slice(1).map((line) => line.replace(/^\d+ /, ''))).toEqual([
    'server message three',
    'message on its way',
    'message one',
    'message two',
    'open',
  ])
})

test.each([
  ['refuse', 40],
  ['unreachable', 3000],
  ['hang', 240_000],
  ['offline', 0],
] as const)('a dial fails by %s after %i ms, with error and close 1006', async (how, after) => {
  const { dial, log, advance, network, dials, servers } = createTestNetwork()
  const end = network.failDials(how)
  expect(network.state).toBe('down')
  dial()
  await advance(300_000)
  expect(log).toEqual([`${after} error`, `${after} close 1006`])
  expect(dials).toEqual([{ client: 'client', fails: true }])
  end()
  expect(network.healedAt).toBe(300_000)
  dial()
  await advance(100)
  expect(servers.length).toBe(1)
  expect(log.at(-1)).toBe('300040 open')
})

test('a handshake whose request arrives while the server is down is refused', async () => {
  const { dial, log, advance, network } = createTestNetwork()
  dial()
  await advance(10)
  network.failDials('refuse')
  await advance(100)
  expect(log).toEqual(['40 error', '40 close 1006'])
})

test('closing handshakes end with the code of the side that closes', async () => {
  const { dial, servers, log, advance } = createTestNetwork()
  const first = dial('first')
  await advance(100)
  first.close(4000, 'bye')
  await advance(100)
  dial('second')
  await advance(100)
  servers[1]?.close(1012, 'restart')
  await advance(100)
  expect(log).toEqual([
    '40 open',
    '120 server close 4000',
    '140 close 4000 clean',
    '240 open',
    '320 close 1012 clean',
    '340 server close 1012',
  ])
})

test('a browser reports 1006 after 20 s if its close frame is not answered', async () => {
  const { dial, log, advance, network } = createTestNetwork()
  const socket = dial()
  await advance(100)
  network.breakLinks('both')
  socket.close()
  await advance(60_000)
  expect(log).toEqual(['40 open', '20100 error', '20100 close 1006'])
})

test('a cut ends both ends with 1006, and loses what is on its way', async () => {
  const { dial, servers, log, advance, network } = createTestNetwork()
  const socket = dial()
  await advance(100)
  socket.send('lost')
  servers[0]?.send(Buffer.from('lost'))
  network.cutAll()
  await advance(100)
  expect(log).toEqual(['40 open', '100 server close 1006', '100 error', '100 close 1006'])
  expect(network.links.size).toBe(0)
})

test('a server that terminates loses what it has not sent, and the client sees 1006', async () => {
  const { dial, servers, log, advance, network } = createTestNetwork()
  dial()
  await advance(100)
  network.limitRate(10)
  servers[0]?.send(Buffer.from('x'.repeat(1000)))
  servers[0]?.terminate()
  await advance(1000)
  expect(log).toEqual(['40 open', '100 server close 1006', '120 error', '120 close 1006'])
  await advance(200_000)
  expect(servers[0]?.bufferedAmount).toBe(0)
})

test('a socket that is closed during its handshake ends at the server too', async () => {
  const { dial, log, advance, servers } = createTestNetwork()
  const socket = dial()
  await advance(30)
  expect(servers.length).toBe(1)
  socket.close()
  await advance(100)
  expect(log).toEqual(['30 error', '30 close 1006', '60 server close 1006'])
})

test('events are those of the platform, so that a library can copy them by their constructor', async () => {
  const { dial, servers, advance } = createTestNetwork()
  const socket = dial()
  const copies: unknown[] = []
  socket.onmessage = (event) => {
    expect(event).toBeInstanceOf(MessageEvent)
    const copy: unknown = Reflect.construct(event.constructor, [event.type, event])
    copies.push((copy as MessageEvent).data)
  }
  await advance(100)
  servers[0]?.send(Buffer.from('text'))
  await advance(100)
  expect(copies).toEqual(['text'])
})

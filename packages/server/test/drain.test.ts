/** Draining a node closes its clients evenly, with a hint when to reconnect. */

import { expect, test } from 'vitest'
import { createTestNode, settle } from './support/testNode.ts'

test('drain closes clients in even batches over the window, with 1012, a bye and a hint', async () => {
  const { connect, node, clock } = createTestNode()
  const sockets = Array.from({ length: 100 }, () => connect())
  for (const socket of sockets) socket.clientSends({ t: 'hello', v: 1 })
  await settle()
  const plain = connect(undefined, '')
  const drops: number[] = []
  node.on('drop', (_, { code }) => drops.push(code))
  const done = node.drain({ window: 5000 })
  const gone = (): number => [...sockets, plain].filter(({ closed }) => closed).length
  const steps: number[] = []
  for (let step = 0; step < 50; step++) {
    steps.push(gone())
    await clock.run(100)
  }
  await done
  expect(gone()).toBe(101)
  const arrivals = steps.slice(1).map((count, index) => count - steps[index]!)
  expect(Math.max(...arrivals)).toBeLessThanOrEqual(3)
  expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(2)
  for (const { closed, frames } of sockets) {
    expect(closed).toEqual({ code: 1012, reason: '{"in":[0,1000]}' })
    expect(frames.at(-1)).toEqual({ t: 'bye', code: 1012, why: 'drain', in: [0, 1000] })
  }
  expect([plain.texts, drops]).toEqual([[], []])
})

test('drain makes up for late timers without a rush', async () => {
  const { connect, node, clock } = createTestNode()
  const sockets = Array.from({ length: 10 }, () => connect())
  const done = node.drain({ window: 1000 })
  const gone = (): number => sockets.filter(({ closed }) => closed).length
  clock.jump(400)
  await clock.run(0)
  expect(gone()).toBe(2)
  await clock.run(160)
  expect(gone()).toBe(4)
  await clock.run(480)
  expect(gone()).toBe(10)
  await done
})

test('drain without a window closes all clients at once', async () => {
  const { connect, node } = createTestNode()
  const sockets = Array.from({ length: 10 }, () => connect())
  const done = node.drain({ window: 0 })
  expect(sockets.map(({ closed }) => closed?.code)).toEqual(sockets.map(() => 1012))
  await done
})

test('a client that connects during a drain is closed at once with 1012', async () => {
  const { connect, node, clock } = createTestNode()
  connect()
  const done = node.drain({ window: 1000 })
  const late = connect()
  expect(late.closed?.code).toBe(1012)
  await clock.run(1000)
  await done
})

test('drain waits for running listeners', async () => {
  const { openSession, node, clock } = createTestNode()
  let finish: (() => void) | undefined
  node.on('message', () => new Promise<void>((resolve) => (finish = resolve)))
  const { socket } = await openSession()
  socket.clientSends({ t: 'send', seq: 1, d: 1 })
  await settle()
  let done = false
  const draining = node.drain({ window: 0 }).then(() => (done = true))
  await clock.run(1000)
  expect(done).toBe(false)
  finish?.()
  await draining
})

test('a client that connects during close is closed at once', async () => {
  const { connect, node, clock } = createTestNode()
  const first = connect()
  const closing = node.close()
  expect(node.accepting).toBe(false)
  const late = connect()
  expect(late.closed?.code).toBe(1012)
  for (const socket of [first, late]) socket.end(1001)
  await clock.run(3000)
  await closing
})

test('close ends a running drain', async () => {
  const { connect, node, clock } = createTestNode()
  const sockets = Array.from({ length: 10 }, () => connect())
  const draining = node.drain({ window: 60_000 })
  const closing = node.close()
  for (const socket of sockets) socket.end(1001)
  await clock.run(3000)
  await Promise.all([draining, closing])
  expect(node.stats().connections).toBe(0)
})

test('drain rejects an invalid window', async () => {
  const { node } = createTestNode()
  await expect(node.drain({ window: -1 })).rejects.toThrow('window')
})

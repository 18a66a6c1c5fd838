/** The page before, after the first step and after the migration from reconnecting-websocket, with the published package and real sockets. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createWebSocket } from '@holdfast/core'
import Ours from '@holdfast/core/reconnecting-websocket'
import Theirs from 'reconnecting-websocket'
import { expect, test } from 'vitest'
import { type Create, connect, dialTimeout, waits } from '../support/compatible.ts'
import { script } from '../support/mount.ts'
import { stage } from '../support/page.ts'
import { COMPLETE, play } from '../support/script.ts'
import { startChat as startAfter } from './after.ts'
import { startChat as startBefore } from './before.ts'
import { startChat as startFirstStep } from './firstStep.ts'

const page = stage()
const delays = { minReconnectionDelay: 1000, reconnectionDelayGrowFactor: 2, maxReconnectionDelay: 3000 }
const theirs: Create = (url) => new Theirs(url, [], delays)
const ours: Create = (url) => new Ours(url, [], delays)

test('both steps show the same as before in a script of twenty messages, three sends, a restart, a reset and an outage', async () => {
  const before = await play(page, script(startBefore))
  expect(await play(page, script(startFirstStep))).toEqual(before)
  expect(await play(page, script(startAfter))).toEqual(before)
  expect(before.at(-2)).toMatchObject({ status: 'online', ...COMPLETE })
  expect(before.at(-1)?.step).toBe('unmounted, open connections: 0')
})

test('both versions of the first step differ in one import line', () => {
  const read = (name: string) =>
    readFileSync(join(import.meta.dirname, name), 'utf8')
      .split('\n')
      .slice(1)
  expect(read('firstStep.ts')).toEqual(read('before.ts'))
})

test('`close` events have the real code', async () => {
  const codes = async (create: Create) => {
    const { server, closes } = await connect(page, create)
    server.reset()
    await page.settle()
    return closes
  }
  expect(await codes(theirs)).toEqual([{ code: 1000, wasClean: true }])
  expect(await codes(ours)).toEqual([{ code: 1006, wasClean: false }])
  const after = await page.open((url) => {
    const client = createWebSocket(url)
    client.on('close', ({ code }) => (document.title = `${code}`))
    return () => client.dispose()
  })
  after.server.reset()
  await page.settle()
  expect(document.title).toBe('1006')
})

test('waits are longer by a random part of up to 25 %, unless `jitter` is 0', async () => {
  const exact = await waits(page, theirs, 4)
  expect(exact).toEqual([1000, 2000, 3000, 3000])
  expect(await waits(page, (url) => new Ours(url, [], { ...delays, jitter: 0 }), 4)).toEqual(exact)
  const random = await waits(page, ours, 4)
  for (const [index, wait] of random.entries()) {
    expect(wait).toBeGreaterThanOrEqual(exact[index]!)
    expect(wait).toBeLessThanOrEqual(exact[index]! * 1.25 + 50)
  }
})

test('an attempt to connect may take 10 s, not 4 s', async () => {
  expect([await dialTimeout(page, theirs), await dialTimeout(page, ours)]).toEqual([4000, 10_000])
  expect(await dialTimeout(page, (url) => new Ours(url, [], { ...delays, connectionTimeout: 4000 }))).toBe(4000)
})

test('`url` is set at once', () => {
  const sockets = [theirs('ws://127.0.0.1:9/'), ours('ws://127.0.0.1:9/')]
  expect(sockets.map(({ url }) => url)).toEqual(['', 'ws://127.0.0.1:9/'])
  for (const socket of sockets) socket.close()
})

test('`reconnect` works after an early `close` and after the last attempt', async () => {
  const afterEarlyClose = async (create: Create) => {
    const { server, socket } = await connect(page, (url) => {
      const created = create(url)
      created.close()
      return created
    })
    socket.reconnect()
    await page.pass(10_000)
    return server.dialled.length
  }
  expect([await afterEarlyClose(theirs), await afterEarlyClose(ours)]).toEqual([0, 1])
  const afterLastAttempt = async (create: Create) => {
    const { server, socket } = await connect(page, create)
    server.mode = 'refuse'
    server.reset()
    await page.pass(20_000)
    server.mode = 'accept'
    socket.reconnect()
    await page.pass(20_000)
    return server.open
  }
  const limit = { ...delays, maxRetries: 2 }
  expect(await afterLastAttempt((url) => new Theirs(url, [], limit))).toBe(0)
  expect(await afterLastAttempt((url) => new Ours(url, [], limit))).toBe(1)
})

test('a half-open connection is detected and replaced with `heartbeat: true`', async () => {
  const dials = async (create: Create) => {
    const { server } = await connect(page, create)
    server.freeze()
    await page.pass(60_000)
    return server.dialled.length
  }
  expect(await dials(theirs)).toBe(1)
  expect(await dials((url) => new Ours(url, [], { ...delays, heartbeat: true }))).toBe(2)
  const after = await page.open(script(startAfter))
  after.server.freeze()
  await page.pass(60_000)
  expect(after.server.dialled).toHaveLength(2)
})

test('a final close code, such as 1008, ends the attempts of `createWebSocket`', async () => {
  const dials = []
  for (const start of [startBefore, startFirstStep, startAfter]) {
    const { server } = await page.open(script(start))
    server.close(1008, 'not allowed')
    await page.pass(5000)
    dials.push(server.dialled.length)
  }
  expect(dials).toEqual([2, 2, 1])
})

/** The page before and after the migration from a class written by hand, with real sockets. */

import { expect, test } from 'vitest'
import { script, vue } from '../support/mount.ts'
import { stage } from '../support/page.ts'
import { PageSocket } from '../support/pageSocket.ts'
import { COMPLETE, play, visibleIn } from '../support/script.ts'
import { startChat as startAfter } from './after.ts'
import Component from './after.vue'
import { startChat as startBefore } from './before.ts'

const page = stage()
const [before, after] = [script(startBefore), script(startAfter)]

test('both show the same in a script of twenty messages, three sends, a restart, a reset and an outage', async () => {
  const [current, old] = [await play(page, after), await play(page, before)]
  expect(visibleIn(current)).toEqual(visibleIn(old))
  expect(await play(page, vue(Component))).toEqual(current)
  expect(current.at(-2)).toMatchObject({ status: 'online', ...COMPLETE })
  expect(current.at(-1)?.step).toBe('unmounted, open connections: 0')
  // The click in the outage is the only difference.
  expect(old.at(-2)?.received).toEqual(COMPLETE.received.slice(1))
})

test('a message that is sent during an outage waits for the connection', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server, click } of [old, current]) {
    server.reset()
    await page.settle()
    click()
  }
  await page.until(() => old.server.open === 1 && current.server.open === 1)
  await page.pass(100)
  expect([old.server.received, current.server.received]).toEqual([[], ['hello']])
})

test('a half-open connection is replaced after the heartbeat timeout, without waiting for the close event', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.freeze()
  // Ours: a ping after 25 s, timeout after 10 s, wait of 3 s. Theirs: 25 s, 25 s, the close event after 30 s with `ws`, wait of 3 s.
  expect(await page.until(() => current.server.dialled.length === 2)).toBeCloseTo(38_000, -3)
  expect(await page.until(() => old.server.dialled.length === 2)).toBeCloseTo(45_000, -3)
})

test('a final close code, such as 1008, ends the attempts', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.close(1008, 'not allowed')
  await page.pass(5000)
  expect([old.server.dialled.length, current.server.dialled.length]).toEqual([2, 1])
})

test('the limit of attempts holds for a server that accepts each connection and closes it', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) {
    server.mode = 'acceptAndClose'
    server.close(1011)
  }
  await page.pass(60_000)
  expect([old.server.dialled.length > 15, current.server.dialled.length]).toEqual([true, 6])
})

test('an attempt that the server does not answer is given up after `connectTimeout`', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) {
    server.mode = 'hang'
    server.reset()
  }
  await page.pass(60_000)
  const dials = [old, current].map(({ server }) => server.dialled.length)
  expect(dials).toEqual([2, 6])
})

test('the page returns from an outage of the network at once, and not after the next wait', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.reset()
  await page.settle()
  expect(PageSocket.all).toHaveLength(2)
  window.dispatchEvent(new Event('online'))
  await page.pass(1000)
  expect([old.status, current.status]).toEqual(['offline', 'online'])
})

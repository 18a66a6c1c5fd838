/** The component before and after the migration from VueUse, with the published package and real sockets. */

import { expect, test } from 'vitest'
import { type Component, createApp, h, ref } from 'vue'
import { vue } from '../support/mount.ts'
import { type Mount, stage } from '../support/page.ts'
import { COMPLETE, play } from '../support/script.ts'
import After from './after.vue'
import Before from './before.vue'

const page = stage()
const [before, after] = [vue(Before), vue(After)]

test('both show the same in a script of twenty messages, three sends, a restart, a reset and an outage', async () => {
  const scenes = await play(page, after)
  expect(scenes).toEqual(await play(page, before))
  expect(scenes.at(-2)).toMatchObject({ status: 'online', ...COMPLETE })
  expect(scenes.at(-1)?.step).toBe('unmounted, open connections: 0')
})

test('a text that equals the previous one is shown: `watch` on `data` does not run for it', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.send('hi', 'hi', 'bye')
  await page.pass(100)
  expect(old.lines).toEqual(['hi', 'bye'])
  expect(current.lines).toEqual(['hi', 'hi', 'bye'])
})

test('a half-open connection is replaced after the heartbeat timeout, without waiting for the close event', async () => {
  const redialAfter = async (mount: Mount) => {
    const { server } = await page.open(mount)
    server.freeze()
    return page.until(() => server.dialled.length === 2)
  }
  // Ping after 25 s, timeout after 10 s, wait of 3 s. `ws` ends the closing handshake after 30 s, Chromium after 10 s.
  expect(await redialAfter(after)).toBeCloseTo(38_000, -3)
  expect(await redialAfter(before)).toBeCloseTo(68_000, -3)
})

test('a final close code, such as 1008, ends the attempts', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.close(1008, 'not allowed')
  await page.pass(5000)
  expect([old.status, old.server.dialled.length]).toEqual(['online', 2])
  expect([current.status, current.server.dialled.length]).toEqual(['failed', 1])
  current.click('Try again')
  await page.settle()
  expect(current.status).toBe('online')
})

test('the limit of attempts holds for a server that accepts each connection and closes it', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) {
    server.mode = 'acceptAndClose'
    server.close(1011)
  }
  await page.pass(60_000)
  expect([old.status, old.server.dialled.length > 15]).toEqual(['offline', true])
  expect([current.status, current.server.dialled.length]).toEqual(['failed', 4])
})

test('a message that waits for one URL is not sent to another one', async () => {
  const receivedByOther = async (component: Component<{ url: string }>) => {
    const other = await page.open(() => () => undefined)
    const url = ref('')
    const { server, click } = await page.open((first, element) => {
      url.value = first
      const app = createApp(() => h(component, { url: url.value }))
      app.mount(element)
      return () => app.unmount()
    })
    server.mode = 'refuse'
    server.reset()
    await page.settle()
    click()
    url.value = other.server.url
    await page.until(() => other.server.open === 1)
    return other.server.received
  }
  expect(await receivedByOther(Before)).toEqual(['hello'])
  expect(await receivedByOther(After)).toEqual([])
})

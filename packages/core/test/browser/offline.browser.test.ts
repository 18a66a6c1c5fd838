/**
 * A device that loses its network. Chromium and Firefox emulate this. WebKitGTK cannot, so its page dispatches the events and overrides
 * `navigator.onLine`.
 */

import { expect, test } from 'vitest'
import { createEndpoint, openPage } from './support/page.ts'

test('a client that is open stays open while the device is offline for a moment', async () => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.setOffline(true)
  await page.until(() => pageEvents.includes('offline'), true)
  await page.setOffline(false)
  await page.until(() => pageEvents.includes('online'), true)
  expect(await page.evaluate(() => client.get().status)).toBe('open')
  await page.evaluate(() => client.send('still here'))
  await expect.poll(read).toMatchObject({ open: 1, dials: 1, messages: ['still here'] })
})

test('a client that loses its connection while offline waits for `online`, and is open again soon after it', async () => {
  const { url, read, command } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.setOffline(true)
  await command({ do: 'cut' })
  await page.until(() => client.get().status, 'reconnecting')
  // It still tries once a minute, because `navigator.onLine` may be wrong.
  expect(await page.evaluate(() => client.get().retryAt! - Date.now())).toBeGreaterThan(30_000)
  expect((await read()).dials).toBe(1)
  const before = Date.now()
  await page.setOffline(false)
  await page.until(() => client.get().status, 'open')
  expect(Date.now() - before).toBeLessThan(30_000)
  expect(await read()).toMatchObject({ open: 1, dials: 2 })
})

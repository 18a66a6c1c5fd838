/** A page that the user cannot see. It is hidden by a tab in front of it (Firefox) or by minimizing its window, not by a fake event. */

import { expect, test } from 'vitest'
import { createEndpoint, openPage } from './support/page.ts'

test('a hidden page receives messages, and notifies its subscribers although it draws no frames', async () => {
  const { url, command } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.hide()
  await page.evaluate(() => void renderingOf(client).subscribe(() => {}))
  for (const text of ['1', '2', '3']) await command({ do: 'send', text })
  await page.until(() => renderingOf(client).get().lastMessage, '3')
  expect(await page.evaluate(() => document.visibilityState)).toBe('hidden')
})

test('a hidden page reconnects after its connection was cut', async () => {
  const { url, read, command } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.hide()
  await command({ do: 'cut' })
  await expect.poll(read).toMatchObject({ open: 1, dials: 2 })
  expect(await page.evaluate(() => document.visibilityState)).toBe('hidden')
})

test('a page that is shown again ends the wait for the next attempt', async () => {
  const { url, read, command } = createEndpoint()
  const page = await openPage()
  await page.evaluate((address) => {
    globalThis.client = holdfast.createWebSocket(address, { reconnect: { minDelay: 3_600_000 } })
  }, url)
  await page.until(() => client.get().status, 'open')
  await page.hide()
  await command({ do: 'cut' })
  await page.until(() => client.get().status, 'reconnecting')
  await page.show()
  await page.until(() => client.get().status, 'open')
  expect(await read()).toMatchObject({ open: 1, dials: 2 })
})

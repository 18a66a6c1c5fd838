/**
 * What each engine does with the back/forward cache, by real navigation. Chromium and WebKit decide after `pagehide`, in which the client
 * closes its connection. Firefox decides before `pagehide`, closes the sockets of the page with 1001, and discards the page.
 */

import { expect, test } from 'vitest'
import { createEndpoint, engine, openPage } from './support/page.ts'

const caches = engine !== 'firefox'

test(
  caches
    ? `${engine} restores a page whose client was open, and the client opens again`
    : 'firefox discards a page whose client was open, and loads it again',
  async () => {
    const { url, read } = createEndpoint()
    const page = await openPage()
    await page.connect(url)
    await page.leave()
    await expect.poll(async () => (await read()).closes).toEqual([caches ? 1000 : 1001])
    await page.goBack()
    await page.until(() => pageEvents.at(-1), caches ? 'pageshow persisted' : 'pageshow')
    await page.until(() => globalThis.client?.get().status ?? 'no client', caches ? 'open' : 'no client')
    expect(await read()).toMatchObject({ open: caches ? 1 : 0, dials: caches ? 2 : 1 })
  },
)

test(`${engine} restores a page whose client was closed before, and the client stays closed`, async () => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.evaluate(() => client.close())
  await page.until(() => client.get().status, 'closed')
  await page.leave()
  await page.goBack()
  await page.until(() => pageEvents.at(-1), 'pageshow persisted')
  expect(await page.evaluate(() => client.get().status)).toBe('closed')
  expect(await read()).toMatchObject({ dials: 1, closes: [1000] })
})

test(`${engine} restores a page whose client opens again by open()`, async () => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.evaluate(() => client.close())
  await page.until(() => client.get().status, 'closed')
  await page.leave()
  await page.goBack()
  await page.evaluate(() => client.open())
  await page.until(() => client.get().status, 'open')
  expect(await page.evaluate(() => pageEvents.includes('pageshow persisted'))).toBe(true)
  expect(await read()).toMatchObject({ open: 1, dials: 2 })
})

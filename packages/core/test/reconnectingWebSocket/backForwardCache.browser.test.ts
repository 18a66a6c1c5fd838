/** The two classes in a page that the user leaves and returns to. `backForwardCache.browser.test.ts` of the client describes the engines. */

import { expect, test } from 'vitest'
import { type Page, createEndpoint, engine, openPage } from '../browser/support/page.ts'

const caches = engine !== 'firefox'

/** Creates `globalThis.socket` of a class, and waits until it is open. */
const connect = async (page: Page, name: 'WebSocket' | keyof typeof dropIn, url: string): Promise<void> => {
  await page.evaluate(
    (name, url) => {
      const Class = name === 'WebSocket' ? WebSocket : dropIn[name]
      globalThis.socket = new Class(url)
      for (const type of ['open', 'message', 'error', 'close']) {
        socket.addEventListener(type, (event) => socketEvents.push(event.type))
      }
    },
    name,
    url,
  )
  await page.until(() => socketEvents.join(' '), 'open')
}

test(
  caches
    ? `${engine} restores a page with a ReconnectingWebSocket, which opens again`
    : 'firefox discards a page with a ReconnectingWebSocket',
  async () => {
    const { url, read } = createEndpoint()
    const page = await openPage()
    await connect(page, 'ReconnectingWebSocket', url)
    await page.leave()
    await expect.poll(async () => (await read()).open).toBe(0)
    await page.goBack()
    await page.until(() => pageEvents.at(-1), caches ? 'pageshow persisted' : 'pageshow')
    await page.until(() => socketEvents.join(' '), caches ? 'open close open' : '')
    if (caches) {
      await page.evaluate(() => socket.send('after the return'))
      await page.until(() => socketEvents.at(-1), 'message')
    }
    expect(await read()).toMatchObject({ open: caches ? 1 : 0, dials: caches ? 2 : 1 })
  },
)

/** What is left of a page with a socket of a class after a return to it. */
const returnTo = async (name: 'WebSocket' | 'OneShotWebSocket') => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await connect(page, name, url)
  await page.leave()
  await page.goBack()
  await page.until(() => pageEvents.at(-1)?.split(' ')[0], 'pageshow')
  const isRestored = await page.evaluate(() => pageEvents.at(-1) === 'pageshow persisted')
  if (isRestored) await page.until(() => socketEvents.at(-1), 'close')
  const { dials } = await read()
  return { isRestored, dials, events: await page.evaluate(() => socketEvents.join(' ')) }
}

test(`${engine} treats a page with a OneShotWebSocket like one with a WebSocket, and it does not open again`, async () => {
  const ours = await returnTo('OneShotWebSocket')
  expect(ours).toEqual(await returnTo('WebSocket'))
  expect(ours.dials).toBe(1)
})

test(`${engine} restores a page whose ReconnectingWebSocket was closed before, and it stays closed`, async () => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await connect(page, 'ReconnectingWebSocket', url)
  await page.evaluate(() => socket.close())
  await page.until(() => socketEvents.join(' '), 'open close')
  await page.leave()
  await page.goBack()
  await page.until(() => pageEvents.at(-1), 'pageshow persisted')
  expect(await page.evaluate(() => [socket.readyState, socketEvents.join(' ')])).toEqual([3, 'open close'])
  expect((await read()).dials).toBe(1)
})

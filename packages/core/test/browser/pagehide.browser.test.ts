/** What the server receives when the user leaves the page, by real navigation. */

import { expect, test } from 'vitest'
import { createEndpoint, engine, openPage } from './support/page.ts'

/** Firefox closes the sockets of a page with 1001 before `pagehide`. */
const leaveCode = engine === 'firefox' ? 1001 : 1000

test(`a client whose page is left closes its connection, with ${leaveCode} in ${engine}`, async () => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.leave()
  await expect.poll(read).toMatchObject({ open: 0, dials: 1, closes: [leaveCode] })
})

test('a client whose page is left during a dial does not open a connection', async () => {
  const { url, read, command } = createEndpoint()
  await command({ do: 'handshakes', answer: 'hang' })
  const page = await openPage()
  await page.evaluate((address) => void (globalThis.client = holdfast.createWebSocket(address)), url)
  await expect.poll(async () => (await read()).dials).toBe(1)
  await page.leave()
  await page.until(() => location.pathname, '/blank')
  expect(await read()).toMatchObject({ open: 0, dials: 1 })
})

test('a client stays open in beforeunload, because the user may decide to stay on the page', async () => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.evaluate(() => {
    dispatchEvent(new Event('beforeunload', { cancelable: true }))
    return client.send('still here')
  })
  await expect.poll(read).toMatchObject({ open: 1, messages: ['still here'] })
})

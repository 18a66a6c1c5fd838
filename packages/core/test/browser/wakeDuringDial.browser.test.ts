/** A user who comes back to a page whose dial hangs must not wait for the end of the dial and of a long backoff. */

import { expect, test } from 'vitest'
import { createEndpoint, openPage } from './support/page.ts'

test.each([
  ['that has just begun, the next one starts when it fails', 0, 1500],
  ['that is older than 3 s, the next one starts at once', 3100, 3_600_000],
])('after a page is shown during a hanging dial %s', async (_title, age, connectTimeout) => {
  const { url, read, command } = createEndpoint()
  const page = await openPage()
  // The first attempt starts at once and hangs. All later waits last an hour.
  await page.evaluate(
    (address, timeout) => {
      const delay = (attempt: number): number => (attempt < 1 ? 0 : 3_600_000)
      globalThis.client = holdfast.createWebSocket(address, { connectTimeout: timeout, reconnect: { delay } })
    },
    url,
    connectTimeout,
  )
  await page.until(() => client.get().status, 'open')
  await page.hide()
  await command({ do: 'handshakes', answer: 'hang' })
  await command({ do: 'cut' })
  await expect.poll(async () => (await read()).dials).toBe(2)
  const since = performance.now()
  await expect.poll(() => performance.now() - since).toBeGreaterThanOrEqual(age)
  await command({ do: 'handshakes', answer: 'accept' })
  await page.show()
  await page.until(() => client.get().status, 'open')
  expect(await read()).toMatchObject({ open: 1, dials: 3 })
})

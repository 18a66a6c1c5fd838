/** The last message of a page that is left by real navigation: what it sends in `pagehide` and `beforeunload` arrives before the close. */

import { expect, test } from 'vitest'
import { createEndpoint, engine, openPage } from './support/page.ts'

test('a message sent in beforeunload is received', async () => {
  const { url, read } = createEndpoint()
  const page = await openPage()
  await page.connect(url)
  await page.evaluate(() => addEventListener('beforeunload', () => client.send('bye')))
  await page.leave()
  await expect.poll(read).toMatchObject({ open: 0, messages: ['bye'] })
})

test.each(['before', 'after'])(
  engine === 'firefox'
    ? 'firefox closes the sockets before pagehide, so that a message sent in a listener added %s the client was created is dropped'
    : 'a message sent in pagehide is received, by a listener added %s the client was created',
  async (when) => {
    const { url, read } = createEndpoint()
    const page = await openPage()
    const listen = (): void => addEventListener('pagehide', () => client.send('bye'))
    if (when === 'before') await page.evaluate(listen)
    await page.connect(url)
    if (when === 'after') await page.evaluate(listen)
    await page.leave()
    await expect.poll(read).toMatchObject({ open: 0, messages: engine === 'firefox' ? [] : ['bye'] })
  },
)

/** A frame of another site that is scrolled out of view: `document.hidden` is false in it, and yet engines draw no animation frames there. */

import { expect, test } from 'vitest'
import { createEndpoint, openPage } from './support/page.ts'

test('a frame that is out of view notifies its subscribers of the newest message', async () => {
  const { url, read, command } = createEndpoint()
  const page = await openPage(`/frame?${url}`)
  await page.until(() => pageEvents.includes('from the frame: open'), true)
  for (const text of ['1', '2', '3', '4', '5']) await command({ do: 'send', text })
  await page.until(() => pageEvents.includes('from the frame: 5'), true)
  expect(await read()).toMatchObject({ open: 1, dials: 1 })
})

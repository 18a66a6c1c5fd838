/** Runs the example in a real worker of each browser, with a real server. */

import { expect, onTestFinished, test, vi } from 'vitest'
import { createEndpoint } from '../../../packages/core/test/browser/support/page.ts'
import { connectInWorker } from './connectInWorker.ts'
import type { FromWorker } from './messages.ts'

const start = async () => {
  const endpoint = createEndpoint()
  const seen: FromWorker[] = []
  const chat = connectInWorker(endpoint.url, (message) => seen.push(message))
  onTestFinished(chat.close)
  const status = () => seen.filter((message) => message.type === 'status').at(-1)
  await expect.poll(status).toMatchObject({ status: 'open' })
  return { endpoint, seen, chat, status }
}

test('a client in a worker sends and receives, and its connection ends with the worker', async () => {
  const { endpoint, seen, chat } = await start()
  chat.send('hello')
  await expect.poll(() => seen.at(-1)).toEqual({ type: 'message', message: 'hello' })
  chat.close()
  await expect.poll(endpoint.read).toMatchObject({ open: 0, dials: 1, messages: ['hello'] })
})

test('the events of the page reach the client in the worker: offline it waits, and online it connects', async () => {
  const { endpoint, status } = await start()
  const isOnline = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  onTestFinished(() => isOnline.mockRestore())
  window.dispatchEvent(new Event('offline'))
  await endpoint.command({ do: 'cut' })
  await expect.poll(status).toMatchObject({ status: 'reconnecting' })
  expect(status()?.retryAt).toBeGreaterThan(Date.now() + 30_000)

  isOnline.mockReturnValue(true)
  window.dispatchEvent(new Event('online'))
  await expect.poll(status).toMatchObject({ status: 'open' })
  expect(await endpoint.read()).toMatchObject({ open: 1, dials: 2 })
})

/** `eventSource()` with the `fetch` of each engine. The streams are on another origin than the pages. */

import { expect, onTestFinished, test } from 'vitest'
import { type EventSourceOptions, eventSource } from '../../src/eventSource/index.ts'
import { type WebSocketClient, createWebSocket } from '../../src/index.ts'
import { until, untilStatus } from '../support/until.ts'
import { engine, openPage, urls } from './support/page.ts'
import type { StreamCommand, StreamRecord } from './support/recordingStreams.ts'

const createStream = () => {
  const name = crypto.randomUUID()
  const command = async (given: StreamCommand): Promise<StreamRecord> =>
    (await fetch(`${urls.streams}/control`, { method: 'POST', body: JSON.stringify(given) })).json()
  return {
    url: `${urls.streams}/${name}`,
    read: () => command({ do: 'read', name }),
    write: (text: string) => command({ do: 'write', name, text }),
    cut: () => command({ do: 'cut', name }),
  }
}

const connect = (url: string, options?: EventSourceOptions): WebSocketClient<string, never> => {
  const reconnect = { minDelay: 10, baseDelay: 10 }
  const client = createWebSocket<string, never>(url, { transport: eventSource(options), reconnect })
  onTestFinished(() => client.dispose())
  return client
}

test('each event arrives while the response is open, and dispose() ends the request', async () => {
  const { url, read, write } = createStream()
  const client = connect(url)
  await untilStatus(client, 'open')
  for (const text of ['one', 'zwei €', '三 😀']) {
    const message = until(client, 'message')
    await write(`data: ${text}\n\n`)
    expect(await message).toBe(text)
  }
  client.dispose()
  await expect.poll(read).toMatchObject({ open: 0, requests: [{ method: 'GET' }] })
})

test('a cut response is continued after the last event, with a new token and the ID in UTF-8', async () => {
  const { url, read, write, cut } = createStream()
  let token = 0
  const client = connect(url, { headers: async () => ({ authorization: `Bearer ${++token}` }) })
  await untilStatus(client, 'open')
  const message = until(client, 'message')
  await write('id: é1\ndata: x\n\nid: 2\ndata: incompl')
  await message
  const again = until(client, 'open')
  await cut()
  expect(await again).toMatchObject({ reconnected: true })
  const { requests } = await read()
  expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer 1', 'Bearer 2'])
  // Node reads the bytes as Latin-1. The network library of WebKitGTK encodes them once more, so an ID should be ASCII.
  const bytes = new TextEncoder().encode(engine === 'webkit' ? 'Ã©1' : 'é1')
  expect(requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, String.fromCharCode(...bytes)])
})

test('a POST with a body streams its answer', async () => {
  const { url, read, write } = createStream()
  const body = '{"prompt":"é"}'
  const client = connect(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  await untilStatus(client, 'open')
  const message = until(client, 'message')
  await write('data: token\n\n')
  expect(await message).toBe('token')
  expect(await read()).toMatchObject({ open: 1, requests: [{ method: 'POST', body }] })
})

test('a client whose page is left ends its request', async () => {
  const { url, read } = createStream()
  const page = await openPage()
  await page.evaluate((address) => {
    globalThis.client = holdfast.createWebSocket(address, { transport: eventSource() })
  }, url)
  await page.until(() => client.get().status, 'open')
  expect(await read()).toMatchObject({ open: 1 })
  await page.leave()
  await expect.poll(read).toMatchObject({ open: 0, requests: [{}] })
})

test('cookies are sent to another origin only with credentials: include', async () => {
  const page = await openPage()
  const cookies: (string | undefined)[] = []
  for (const credentials of ['same-origin', 'include'] as const) {
    const { url, read } = createStream()
    await page.evaluate(
      (address, mode) => {
        document.cookie = 'stream=cookie'
        globalThis.client = holdfast.createWebSocket(address, { transport: eventSource({ credentials: mode }) })
      },
      url,
      credentials,
    )
    await page.until(() => client.get().status, 'open')
    await page.evaluate(() => client.dispose())
    const { requests } = await read()
    cookies.push(requests[0]?.cookie)
  }
  expect(cookies).toEqual([undefined, expect.stringContaining('stream=cookie')])
})

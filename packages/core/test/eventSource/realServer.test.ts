/** `eventSource()` with the `fetch` of Node, against real HTTP servers that fail in every way. */

import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type EventSourceOptions, eventSource } from '../../src/eventSource/index.ts'
import { type WebSocketClient, type WebSocketOptions, createWebSocket } from '../../src/index.ts'
import { createFakeClock } from '../../src/testing/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { startStallingProxy } from '../support/stallingProxy.ts'
import { until, untilStatus } from '../support/until.ts'
import { type EventStreamServer, type Exchange, startEventStreamServer } from './support/eventStreamServer.ts'

/** Stops clients and servers after the test, the newest first. */
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (let end; (end = ends.pop());) await end()
})

const serve = async (answer?: (exchange: Exchange, number: number) => void): Promise<EventStreamServer> => {
  const server = await startEventStreamServer(answer)
  ends.push(() => server.close())
  return server
}

const connect = (
  url: string,
  given: EventSourceOptions = {},
  options: WebSocketOptions<string, never> = {},
): WebSocketClient<string, never> => {
  const reconnect = { minDelay: 1, baseDelay: 1 }
  const client = createWebSocket<string, never>(url, { transport: eventSource(given), reconnect, ...options })
  ends.push(() => client.dispose())
  return client
}

test('events arrive while the response is open, and dispose() ends the connection to the server', async () => {
  const server = await serve()
  const client = connect(server.url)
  const { response, request } = await server.exchange(1)
  await untilStatus(client, 'open')
  expect([request.method, request.headers.accept]).toEqual(['GET', 'text/event-stream'])
  for (const text of ['one', 'two']) {
    const message = until(client, 'message')
    response.write(`data: ${text}\n\n`)
    expect(await message).toBe(text)
  }
  const closed = once(response, 'close')
  client.dispose()
  await closed
  expect(server.open).toBe(0)
})

test('a response that is cut in an event is continued after the last complete event', async () => {
  const server = await serve(({ stream, response }, number) => {
    if (number > 1) return stream('id: 3\ndata: three\n\n')
    stream('id: 1\ndata: one\n\nid: 2\ndata: two\n\nid: 3\ndata: thr')
    response.write('', () => response.destroy())
  })
  const client = connect(server.url)
  const messages = recordEvents(client, 'message')
  const closes = recordEvents(client, 'close')
  await until(client, 'message', (text) => text === 'three')
  expect(messages).toEqual(['one', 'two', 'three'])
  expect(closes).toMatchObject([{ code: 1006, wasClean: false, cause: 'network' }])
  expect(server.exchanges.map(({ request }) => request.headers['last-event-id'])).toEqual([undefined, '2'])
})

test('an event ID that no header transports does not prevent the next request', async () => {
  const server = await serve(({ stream, response }, number) => {
    stream(number > 1 ? 'data: next\n\n' : 'id: 1\ndata: one\n\nid: \x01\ndata: two\n\n')
    if (number === 1) response.end()
  })
  const client = connect(server.url)
  await until(client, 'message', (text) => text === 'next')
  expect(server.exchanges.map(({ request }) => request.headers['last-event-id'])).toEqual([undefined, '1'])
})

test('a response that ends is a clean close, and the next request follows', async () => {
  const server = await serve(({ stream, response }, number) => {
    stream('data: x\n\n')
    if (number === 1) response.end()
  })
  const client = connect(server.url)
  expect(await until(client, 'close')).toMatchObject({ code: 1006, wasClean: true })
  await server.exchange(2)
})

test('a request with a body streams the answer of a POST', async () => {
  const server = await serve(({ stream, response, body }) => {
    stream()
    for (const token of (JSON.parse(body) as { prompt: string }).prompt.split(' ')) response.write(`data: ${token}\n\n`)
    response.end('data: [DONE]\n\n')
  })
  const headers = { 'content-type': 'application/json' }
  const client = connect(server.url, { method: 'POST', headers, body: JSON.stringify({ prompt: 'to be or' }) })
  const tokens = recordEvents(client, 'message')
  await until(client, 'message', (token) => token === '[DONE]')
  client.close()
  expect(tokens).toEqual(['to', 'be', 'or', '[DONE]'])
  expect(server.exchanges.map(({ request }) => [request.method, request.headers['content-type']])).toEqual([
    ['POST', 'application/json'],
  ])
})

test('status 204 and 401 end the client, and neither leaves a connection', async () => {
  for (const [status, code] of [
    [204, 1000],
    [401, 3501],
  ] as const) {
    const server = await serve(({ fail }) => fail(status))
    const client = connect(server.url)
    expect(await until(client, 'stop')).toMatchObject({ code, final: true })
    await expect.poll(() => server.open).toBe(0)
    expect(server.exchanges).toHaveLength(1)
  }
})

test('status 429 with Retry-After and 503 are failed attempts, after which the client opens', async () => {
  const server = await serve(({ fail, stream }, number) => {
    if (number === 1) fail(429, { 'retry-after': '0.001' })
    else if (number === 2) fail(503)
    else stream()
  })
  const client = connect(server.url)
  const closes = recordEvents(client, 'close')
  await untilStatus(client, 'open')
  expect(closes.map(({ code, reason }) => [code, reason])).toEqual([
    [3029, '{"in":[250,312.5]}'],
    [3103, 'HTTP 503'],
  ])
})

test('a response of another type ends the client without reading its body', async () => {
  const server = await serve(({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' }).write('<p>'.repeat(100_000))
  })
  const client = connect(server.url)
  expect(await until(client, 'stop')).toMatchObject({
    code: 3599,
    error: { message: 'could not dial: HTTP 200, text/html' },
  })
  await expect.poll(() => server.open).toBe(0)
})

test('a redirect is followed', async () => {
  const server = await serve(({ request, stream, fail }) => {
    if (request.url === '/new') stream('data: moved\n\n')
    else fail(307, { location: '/new' })
  })
  expect(await until(connect(`${server.url}/old`), 'message')).toBe('moved')
})

test('headers that arrive late but within connectTimeout open the stream', async () => {
  let answer!: () => void
  const server = await serve(({ stream }) => (answer = () => stream('data: late\n\n')))
  const client = connect(server.url)
  await server.exchange(1)
  expect(client.get().status).toBe('connecting')
  answer()
  expect(await until(client, 'message')).toBe('late')
})

test('a server that never sends headers is a timeout, and its connection is closed', async () => {
  const server = await serve(() => {})
  const client = connect(server.url, {}, { connectTimeout: 50 })
  expect(await until(client, 'close')).toMatchObject({ code: 1006, cause: 'timeout' })
  client.dispose()
  await expect.poll(() => server.open).toBe(0)
})

test('headers without an end are a timeout, and their connection is closed', async () => {
  let open = 0
  const server = createServer((socket) => {
    open++
    const timer = setInterval(() => socket.write('x-more: 1\r\n'), 1)
    socket.write('HTTP/1.1 200 OK\r\n')
    socket
      .on('error', () => {})
      .on('close', () => {
        open--
        clearInterval(timer)
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => new Promise((closed) => server.close(closed)))
  const { port } = server.address() as { port: number }
  const client = connect(`http://127.0.0.1:${port}`, {}, { connectTimeout: 50 })
  expect(await until(client, 'close')).toMatchObject({ code: 1006 })
  client.dispose()
  await expect.poll(() => open).toBe(0)
})

test('a server that does not listen is a failed attempt with the code of the error', async () => {
  const server = await startEventStreamServer()
  await server.close()
  const close = await until(connect(server.url), 'close')
  expect(close).toMatchObject({ code: 1006, cause: 'network', error: { code: 'DialError' } })
})

test('a half-open connection is left by a heartbeat with message: null, and the next one continues', async () => {
  const server = await serve(({ stream }, number) => stream(`id: ${number}\ndata: ${number}\n\n: comment\n`))
  const proxy = await startStallingProxy(server.url)
  ends.push(() => proxy.close())
  const clock = createFakeClock()
  const client = connect(proxy.url, {}, { clock, heartbeat: { message: null, interval: 100, timeout: 100 } })
  expect(await until(client, 'message')).toBe('1')
  proxy.stall()
  const closed = until(client, 'close')
  await clock.run(200)
  expect(await closed).toMatchObject({ code: 4000, cause: 'heartbeat' })
  const continued = until(client, 'message', (text) => text === '2')
  await clock.run(client.get().retryAt! - clock.now())
  await continued
  expect((await server.exchange(2)).request.headers['last-event-id']).toBe('1')
})

test('a stream of 2000 events in arbitrary chunks loses none and repeats none', async () => {
  const events = Array.from({ length: 2000 }, (_, index) => `id: ${index}\r\ndata: ${index} é😀\r\n\r\n`)
  const bytes = Buffer.from(events.join(''))
  const server = await serve(({ stream, response }) => {
    stream()
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7 + 3) % 97 || 1)
      response.write(bytes.subarray(at, at + size))
  })
  const client = connect(server.url)
  const messages = recordEvents(client, 'message')
  await until(client, 'message', (text) => text === '1999 é😀')
  expect(messages).toEqual(events.map((_, index) => `${index} é😀`))
})

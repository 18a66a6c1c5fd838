/** Runs the example of a model that streams its answer, and one example for each option of `eventSource`. */

import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createWebSocket, json } from '@holdfast/core'
import { type EventSourceOptions, type StreamEvent, eventSource } from '@holdfast/core/event-source'
import { expect, onTestFinished, test } from 'vitest'
import { ask } from './modelStream.ts'

/** Starts a server. Returns its URL. */
const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
  const server = createServer(answer)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const asStream = { 'content-type': 'text/event-stream' }

/** Resolves with the first message of an event source. */
const firstMessage = async (url: string, options: EventSourceOptions): Promise<string> => {
  using client = createWebSocket<string, never>(url, { transport: eventSource(options) })
  return await new Promise((resolve) => client.on('message', resolve))
}

/** Answers each request with one event that contains what the request has. */
const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { method, headers } = request
  const { authorization = '', cookie = '' } = headers
  response.writeHead(200, asStream)
  response.write(`data: ${method} ${authorization}${cookie}${await text(request)}\n\n`)
}

const model = (keys: string[], answer: (response: ServerResponse) => void) =>
  serve(async (request, response) => {
    keys.push(`${request.headers.authorization} ${await text(request)}`)
    if (keys.length === 1) return void response.writeHead(429, { 'retry-after': '0.01' }).end()
    response.writeHead(200, asStream)
    for (const token of ['hello', ' ', 'world']) response.write(`data: ${JSON.stringify({ text: token })}\n\n`)
    answer(response)
  })

test('modelStream.ts yields each token, with a new key after a refusal', async () => {
  const requests: string[] = []
  const url = await model(requests, (response) => void response.end('data: [DONE]\n\n'))
  const tokens: string[] = []
  for await (const token of ask(url, 'hi', async () => `key${requests.length}`)) tokens.push(token)
  expect(tokens).toEqual(['hello', ' ', 'world'])
  const body = '{"prompt":"hi","stream":true}'
  expect(requests).toEqual([`Bearer key0 ${body}`, `Bearer key1 ${body}`])
})

test('modelStream.ts throws if the answer is cut, and asks no second time', async () => {
  const requests: string[] = []
  const url = await model(requests, (response) => response.write('', () => response.destroy()))
  const answer = ask(url, 'hi', async () => 'key')
  await expect(async () => {
    while (!(await answer.next()).done);
  }).rejects.toThrow('no complete answer')
  expect(requests).toHaveLength(2)
})

test('events names the events that are messages', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, asStream).write('event: log\ndata: no\n\nevent: tick\ndata: yes\n\n')
  })
  expect(await firstMessage(url, { events: ['tick'] })).toBe('yes')
})

test('named adds the name and the ID to each message', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, asStream).write('id: 7\nevent: tick\ndata: {}\n\n')
  })
  const transport = eventSource({ events: ['tick'], named: true })
  using client = createWebSocket(url, { transport, codec: json<StreamEvent, never>() })
  const message = await new Promise((resolve) => client.on('message', resolve))
  expect(message).toEqual({ event: 'tick', id: '7', data: '{}' })
})

test('headers are sent, and a function returns new ones for each dial', async () => {
  const url = await serve(echo)
  const headers = { authorization: 'Bearer 1' }
  expect(await firstMessage(url, { headers })).toBe('GET Bearer 1')
  expect(await firstMessage(url, { headers: async ({ attempt }) => ({ authorization: `${attempt}` }) })).toBe('GET 0')
})

test('method and body make a POST', async () => {
  const url = await serve(echo)
  expect(await firstMessage(url, { method: 'POST', body: 'question' })).toBe('POST question')
})

test('body may be a function, which is called at each dial', async () => {
  const url = await serve(echo)
  expect(await firstMessage(url, { method: 'POST', body: ({ attempt }) => `question ${attempt}` })).toBe(
    'POST question 0',
  )
})

test('credentials and other settings reach the function fetch, here one with a cookie of its own', async () => {
  const url = await serve(echo)
  const modes: unknown[] = []
  const withCookie: typeof fetch = (input, init) => {
    modes.push(init?.credentials)
    const headers = new Headers(init?.headers)
    headers.set('cookie', 'a=b')
    return fetch(input, { ...init, headers })
  }
  expect(await firstMessage(url, { credentials: 'include', fetch: withCookie })).toBe('GET a=b')
  expect(modes).toEqual(['include'])
})

test('fetch is the function that requests the stream', async () => {
  const response = new Response('data: from a mock\n\n', { headers: asStream })
  expect(await firstMessage('http://test/', { fetch: async () => response })).toBe('from a mock')
})

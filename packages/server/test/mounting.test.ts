/** A hub on an existing HTTP server: the server still answers requests, and the hub serves clients on the same port. */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { createHub } from '../src/hub.ts'
import { openSession } from './support/dial.ts'

const serve = async (server: Server): Promise<void> => {
  const { port } = server.address() as AddressInfo
  const hub = createHub({ server, path: '/ws' })
  onTestFinished(() => hub.close())
  hub.on('request', (message) => ({ echo: message }))
  const answer = await fetch(`http://127.0.0.1:${port}/page`)
  expect(await answer.text()).toBe('page')
  const { send, next } = await openSession(`ws://127.0.0.1:${port}/ws`)
  send({ t: 'send', seq: 1, d: 'hello', rq: 1 })
  expect(await next('res')).toEqual({ t: 'res', seq: 1, d: { echo: 'hello' } })
  expect(hub.port).toBe(port)
}

test('a hub shares the port of a node:http server', async () => {
  const server = createServer((_, response) => response.end('page')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  await serve(server)
})

test('a hub shares the port of Express', async () => {
  const app = express()
  app.get('/page', (_, response) => void response.send('page'))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  await serve(server)
})

test('a hub shares the port of Fastify', async () => {
  const app = fastify()
  app.get('/page', () => 'page')
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  await serve(app.server)
})

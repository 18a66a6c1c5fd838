/** Runs the recipes for tokens, authentication and heartbeats against real servers. */

import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type CloseInfo, type DropInfo, type WebSocketClient, createWebSocket } from '@holdfast/core'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { connectGraphql } from './graphql.ts'
import { answerHeartbeats } from './heartbeatServer.ts'
import { createLive } from './login.ts'

beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket))
afterEach(() => void vi.unstubAllGlobals())

/** Resolves with the next event of this type. */
const next = <Value>(client: Pick<WebSocketClient<never, never>, 'on'>, type: 'retry' | 'stop' | 'latency') =>
  new Promise<Value>((resolve) => {
    const remove = client.on(type, (value) => {
      remove()
      resolve(value as Value)
    })
  })

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

/** A site with a login, an endpoint for tokens, and a WebSocket that requires one. */
const startSite = async () => {
  const state = { user: '', isDown: false }
  const received: string[] = []
  const sockets = new WebSocketServer({ noServer: true })
  const users = new Map<string, string>()
  const answers: Record<string, (request: IncomingMessage) => Promise<[status: number, body: string]>> = {
    '/login': async (request) => {
      state.user = await text(request)
      return [204, '']
    },
    '/logout': async () => {
      state.user = ''
      return [204, '']
    },
    '/token': async () => {
      if (!state.user) return [401, '']
      const token = `token${users.size + 1}`
      users.set(token, state.user)
      return [200, token]
    },
  }
  const http = createServer(async (request, response) => {
    if (state.isDown) return void request.socket.destroy()
    const [status, body] = await answers[request.url!]!(request)
    response.writeHead(status).end(body)
  })
  http.on('upgrade', (request: IncomingMessage, stream, head) => {
    const token = new URL(request.url!, 'http://site').searchParams.get('token')!
    const user = users.get(token)
    users.set(token, '') // each token opens one connection
    if (!user) return void stream.destroy()
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('message', (data) => void received.push(`${user}: ${String(data)}`))
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    http.closeAllConnections()
    http.close()
  })
  const host = `127.0.0.1:${portOf(http)}`
  const end = (code?: number): void => {
    for (const socket of sockets.clients) {
      if (code) socket.close(code)
      else socket.terminate()
    }
  }
  return { state, received, end, urls: { api: `http://${host}`, socket: `ws://${host}/live` } }
}

const startLive = async () => {
  const site = await startSite()
  const showLogin = vi.fn()
  const created = createLive({ ...site.urls, showLogin })
  onTestFinished(() => created.live.dispose())
  await created.login('Ada')
  await created.live.opened()
  return { ...site, ...created, showLogin }
}

test('login.ts tries again while the token endpoint is down, with a new token for each connection', async () => {
  const { live, state, end, received, showLogin } = await startLive()
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // the failed request is printed once
  onTestFinished(() => void vi.restoreAllMocks())
  state.isDown = true
  end()
  await next(live, 'retry')
  live.open() // does not wait for the first delay
  await next(live, 'retry')
  expect(live.get().lastClose).toMatchObject({ cause: 'provider', error: { code: 'DialError' } })
  expect(live.send('hello')).toBe('queued')
  state.isDown = false
  await live.opened()
  await vi.waitFor(() => expect(received).toEqual(['Ada: hello']), { timeout: 30_000 })
  expect(showLogin).not.toHaveBeenCalled()
})

test('login.ts shows the login page when the login has expired, and drops the queued messages of that user', async () => {
  const { live, state, end, login, received, showLogin } = await startLive()
  state.user = ''
  end(4401)
  await next(live, 'retry')
  expect(live.send('draft of Ada')).toBe('queued')
  expect(await next<CloseInfo>(live, 'stop')).toMatchObject({ cause: 'provider', final: true, error: undefined })
  expect(showLogin).toHaveBeenCalledOnce()
  expect([live.get().status, live.send('too late')]).toEqual(['closed', 'dropped'])
  await login('Bob')
  await live.opened()
  live.send('hello')
  await vi.waitFor(() => expect(received).toEqual(['Bob: hello']), { timeout: 30_000 })
})

test('login.ts drops queued messages at logout, so that the next user does not send them', async () => {
  const { live, end, login, logout, received, showLogin } = await startLive()
  const drops: DropInfo[] = []
  live.on('drop', (drop) => void drops.push(drop))
  end()
  await next(live, 'retry')
  expect(live.send('draft')).toBe('queued')
  await logout()
  expect(drops).toEqual([{ message: 'draft', reason: 'closed' }])
  await login('Bob')
  await live.opened()
  live.send('hello')
  await vi.waitFor(() => expect(received).toEqual(['Bob: hello']), { timeout: 30_000 })
  expect(showLogin).not.toHaveBeenCalled()
})

/** A server with the messages of graphql-transport-ws. It accepts one token. */
const startGraphql = async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const received: string[][] = []
  server.on('connection', (socket) => {
    const types: string[] = []
    received.push(types)
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data))
      types.push(type)
      if (types[0] !== 'connection_init') socket.close(4401, 'Unauthorized')
      else if (type === 'connection_init' && payload.token !== 'valid') socket.close(4403, 'Forbidden')
      else socket.send(JSON.stringify({ type: type === 'connection_init' ? 'connection_ack' : 'next' }))
    })
  })
  await once(server, 'listening')
  const end = (): void => {
    for (const socket of server.clients) socket.terminate()
  }
  onTestFinished(() => {
    end()
    server.close()
  })
  return { url: `ws://127.0.0.1:${portOf(server)}`, received, end }
}

test('graphql.ts authenticates by the first message of each connection, before queued messages are sent', async () => {
  const { url, received, end } = await startGraphql()
  const client = connectGraphql(url, async () => 'valid')
  onTestFinished(() => client.dispose())
  const subscription = { type: 'subscribe', id: '1', payload: { query: 'subscription { news }' } } as const
  expect(client.send(subscription)).toBe('queued')
  await client.opened()
  await vi.waitFor(() => expect(received).toEqual([['connection_init', 'subscribe']]), { timeout: 30_000 })
  end()
  await next(client, 'retry')
  client.send(subscription)
  client.open()
  await client.opened()
  await vi.waitFor(() => expect(received[1]).toEqual(['connection_init', 'subscribe']), { timeout: 30_000 })
})

test('graphql.ts stops when the server refuses the token', async () => {
  const { url, received } = await startGraphql()
  const client = connectGraphql(url, async () => 'expired')
  onTestFinished(() => client.dispose())
  expect(await next<CloseInfo>(client, 'stop')).toMatchObject({ code: 4403, cause: 'server' })
  expect(received).toEqual([['connection_init']])
})

test('heartbeatServer.ts answers the ping of heartbeat: true', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  answerHeartbeats(server)
  await once(server, 'listening')
  const client = createWebSocket(`ws://127.0.0.1:${portOf(server)}`, { heartbeat: { interval: 10 } })
  onTestFinished(() => {
    client.dispose()
    server.close()
  })
  expect(await next<number>(client, 'latency')).toBeGreaterThanOrEqual(0)
  expect(client.get().received).toBe(0)
})

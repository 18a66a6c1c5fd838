/** The client over the WebSocket of a real browser and a real server. Tests that need no browser are in the other folders. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import { afterEach, describe, expect, inject, test } from 'vitest'
import {
  type ClientEvents,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
  json,
} from '../../src/index.ts'

const echo = inject('echoUrl')
const clients: Pick<WebSocketClient, 'dispose'>[] = []
const soon = { minDelay: 10, baseDelay: 10 }

/** A client on one path of the echo server, disposed after the test. */
function connect(path = '', options: WebSocketOptions = {}): WebSocketClient {
  const client = createWebSocket(echo + path, options)
  clients.push(client)
  return client
}

/** The next event of this kind. */
function next<Type extends keyof ClientEvents>(client: WebSocketClient, type: Type): Promise<ClientEvents[Type]> {
  return new Promise((resolve) => {
    const unsubscribe = client.on(type, (value) => {
      unsubscribe()
      resolve(value)
    })
  })
}

/** The number of open connections, counted by the server: the client's own status is no proof. */
async function openOnServer(): Promise<number> {
  const counts = (await (await fetch(echo.replace('ws', 'http'))).json()) as { open: number }
  return counts.open
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose()
  await expect.poll(openOnServer).toBe(0)
})

describe('a client in a browser', () => {
  test('sends text as text, also messages queued before the connection was open', async () => {
    const client = connect()
    expect(client.send('early')).toBe('queued')
    expect(await next(client, 'message')).toBe('early')
    expect(client.send('héllo 🙂')).toBe('sent')
    expect(await next(client, 'message')).toBe('héllo 🙂')
    expect(client.get()).toMatchObject({ status: 'open', received: 2, lastMessage: 'héllo 🙂' })
  })

  test.each(['arraybuffer', 'blob'] as const)('sends bytes and receives them as %s', async (binaryType) => {
    const client = connect('', { binaryType })
    client.send(Uint8Array.of(1, 2, 255))
    const message = await next(client, 'message')
    expect(message).toBeInstanceOf(binaryType === 'blob' ? Blob : ArrayBuffer)
    expect(new Uint8Array(await new Response(message).arrayBuffer())).toEqual(Uint8Array.of(1, 2, 255))
  })

  test('receives a burst of 20 000 messages completely and in order', async () => {
    const client = connect('/burst?n=20000&size=100')
    const numbers: number[] = []
    await new Promise<void>((resolve) => {
      client.on('message', (message) => {
        if (numbers.push(Number.parseInt(message as string, 10)) === 20_000) resolve()
      })
    })
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, i) => i))
    expect(client.get().received).toBe(20_000)
  })

  test('notifies subscribers of a burst at most once per animation frame', async () => {
    const client = connect('/burst?n=5000')
    let notifications = 0
    let frames = 0
    const count = (): void => void (frames++, requestAnimationFrame(count))
    requestAnimationFrame(count)
    client.subscribe(() => notifications++)
    await expect.poll(() => renderingOf(client).get().received).toBe(5000)
    // Changes of the status notify at once, in addition to the frames.
    expect(notifications).toBeLessThanOrEqual(frames + 3)
  })

  test('sends and receives JSON with the json() codec', async () => {
    const client = createWebSocket<{ n: number }, { n: number }>(echo, { codec: json() })
    clients.push(client)
    client.send({ n: 1 })
    expect(await new Promise((resolve) => client.on('message', resolve))).toEqual({ n: 1 })
  })

  test('reports the code and reason of the server, and stays closed after a final code', async () => {
    const client = connect('/close?code=1008&reason=no+entry')
    const close = await next(client, 'stop')
    expect(close).toMatchObject({ code: 1008, reason: 'no entry', wasClean: true, final: true, cause: 'server' })
    expect(client.get().status).toBe('closed')
  })

  test('reconnects after the connection was cut', async () => {
    const client = connect('/cut?after=1', { reconnect: soon })
    await next(client, 'open')
    client.send('last')
    expect(await next(client, 'close')).toMatchObject({ code: 1006, wasClean: false, cause: 'network' })
    expect(await next(client, 'open')).toMatchObject({ reconnected: true })
  })

  test('stops after maxAttempts if the server refuses every handshake', async () => {
    const client = connect('/refuse', { reconnect: { ...soon, maxAttempts: 2 } })
    const attempts: number[] = []
    client.on('retry', ({ attempt }) => attempts.push(attempt))
    expect(await next(client, 'stop')).toMatchObject({ cause: 'exhausted', final: true })
    expect(attempts).toEqual([1, 2])
  })

  test('ends a handshake without an answer after connectTimeout', async () => {
    const client = connect('/hang', { connectTimeout: 100, reconnect: false })
    expect(await next(client, 'close')).toMatchObject({ cause: 'timeout' })
  })

  test('ends the connection to a silent server after interval and timeout', async () => {
    const client = connect('/mute', { heartbeat: { interval: 50, timeout: 50 } })
    await next(client, 'open')
    expect(await next(client, 'close')).toMatchObject({ cause: 'heartbeat', wasClean: false })
  })

  test('closes with the given code and reason', async () => {
    const client = connect()
    await next(client, 'open')
    const closed = next(client, 'close')
    client.close(4001, 'done')
    expect(client.get().status).toBe('closing')
    expect(await closed).toMatchObject({ code: 4001, reason: 'done', wasClean: true, cause: 'user' })
  })
})

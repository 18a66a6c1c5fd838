/** The client over the WebSocket of a real browser and a real server. What needs no platform is tested faster elsewhere. */

import { renderingOf } from '../src/adapter/rendering.ts'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { type ClientEvents, type WebSocketClient, type WebSocketOptions, createWebSocket, json } from '../src/index.ts'

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
    const leave = client.on(type, (value) => {
      leave()
      resolve(value)
    })
  })
}

/** How many connections the server has open: the page's own word is not enough. */
async function openOnServer(): Promise<number> {
  const counts = (await (await fetch(echo.replace('ws', 'http'))).json()) as { open: number }
  return counts.open
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose()
  await expect.poll(openOnServer).toBe(0)
})

describe('in a browser, a client', () => {
  test('sends text as text, also what was said before the connection was open', async () => {
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

  test('receives a burst whole and in order', async () => {
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

  test('tells subscribers of a burst no more than once a frame', async () => {
    const client = connect('/burst?n=5000')
    let told = 0
    let frames = 0
    const count = (): void => void (frames++, requestAnimationFrame(count))
    requestAnimationFrame(count)
    client.subscribe(() => told++)
    await expect.poll(() => renderingOf(client).get().received).toBe(5000)
    // Once more for each change of the status, which is told at once.
    expect(told).toBeLessThanOrEqual(frames + 3)
  })

  test('speaks JSON', async () => {
    const client = createWebSocket<{ n: number }, { n: number }>(echo, { codec: json() })
    clients.push(client)
    client.send({ n: 1 })
    expect(await new Promise((resolve) => client.on('message', resolve))).toEqual({ n: 1 })
  })

  test('tells the code and reason that the server closed with, and stays closed where the code is final', async () => {
    const client = connect('/close?code=1008&reason=no+entry')
    const close = await next(client, 'stop')
    expect(close).toMatchObject({ code: 1008, reason: 'no entry', wasClean: true, final: true, cause: 'server' })
    expect(client.get().status).toBe('closed')
  })

  test('comes back after a connection that was cut', async () => {
    const client = connect('/cut?after=1', { reconnect: soon })
    await next(client, 'open')
    client.send('last')
    expect(await next(client, 'close')).toMatchObject({ code: 1006, wasClean: false, cause: 'network' })
    expect(await next(client, 'open')).toMatchObject({ reconnected: true })
  })

  test('gives up after the attempts allowed where the handshake is refused', async () => {
    const client = connect('/refuse', { reconnect: { ...soon, maxAttempts: 2 } })
    const attempts: number[] = []
    client.on('retry', ({ attempt }) => attempts.push(attempt))
    expect(await next(client, 'stop')).toMatchObject({ cause: 'exhausted', final: true })
    expect(attempts).toEqual([1, 2])
  })

  test('gives up a handshake that is never answered', async () => {
    const client = connect('/hang', { connectTimeout: 100, reconnect: false })
    expect(await next(client, 'close')).toMatchObject({ cause: 'timeout' })
  })

  test('notices a server that has fallen silent, and leaves it', async () => {
    const client = connect('/mute', { heartbeat: { interval: 50, timeout: 50 } })
    await next(client, 'open')
    expect(await next(client, 'close')).toMatchObject({ cause: 'heartbeat', wasClean: false })
  })

  test('closes with the code and reason given', async () => {
    const client = connect()
    await next(client, 'open')
    const closed = next(client, 'close')
    client.close(4001, 'done')
    expect(client.get().status).toBe('closing')
    expect(await closed).toMatchObject({ code: 4001, reason: 'done', wasClean: true, cause: 'user' })
  })
})

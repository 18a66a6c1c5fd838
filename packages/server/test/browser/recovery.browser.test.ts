/** A session over the WebSocket of a real browser, a real hub, and a proxy between them that makes faults. */

import { type SessionClient, createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { afterEach, expect, inject, test } from 'vitest'
import type { RecoveryCommand } from './startRecoveryServer.ts'

const urls = inject('recoveryUrls')
const clients: SessionClient<number, number>[] = []

const server = async (command: RecoveryCommand): Promise<unknown> =>
  (await fetch(urls.control, { method: 'POST', body: JSON.stringify(command) })).json()

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i)

/** Creates a client that records all stream messages and losses. */
function connect(url: string) {
  const client = createWebSocket<number, number>(url, {
    codec: json<number, number>(),
    reconnect: { minDelay: 10, baseDelay: 10, maxDelay: 40 },
    session: session({ streams: ['echo', 'numbers'] }),
  })
  clients.push(client)
  /** The received messages of each stream, in order. */
  const received: Record<string, number[]> = { echo: [], numbers: [] }
  /** Announced losses. These tests expect none. */
  const losses: unknown[] = []
  client.on('stream', ({ stream, message }) => received[stream]!.push(message))
  client.on('resync', (resync) => losses.push(resync))
  client.on('unconfirmed', (unconfirmed) => losses.push(unconfirmed))
  const next = (event: 'open' | 'resumed' | 'close'): Promise<void> =>
    new Promise((resolve) => {
      const leave = client.on(event, () => {
        leave()
        resolve()
      })
    })
  return { client, received, losses, next }
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose()
  await server({ do: 'heal' })
  await server({ do: 'applied' })
})

test('a session in a browser loses, doubles and reorders no message in either direction, whatever fault the network has', async () => {
  const { client, received, losses, next } = connect(urls.hub)
  await next('open')
  const faults: RecoveryCommand[] = [
    { do: 'cut' },
    { do: 'away' },
    { do: 'fault', rule: { fault: 'cut', direction: 'toServer', frames: 7 } },
    { do: 'fault', rule: { fault: 'cut', direction: 'toClient', frames: 12 } },
    { do: 'fault', rule: { fault: 'cut', direction: 'toServer', bytes: 333 } },
    { do: 'fault', rule: { fault: 'truncate', direction: 'toClient' } },
    { do: 'fault', rule: { fault: 'cut', direction: 'toClient', frames: 1, reset: true } },
    { do: 'fault', rule: { fault: 'swallow', direction: 'toClient' } },
    { do: 'fault', rule: { fault: 'swallow', direction: 'toServer' } },
  ]
  const size = 20
  const acks: Promise<unknown>[] = []
  for (const [round, fault] of faults.entries()) {
    const broken = next('close')
    const deliver = (from: number, count: number): void => {
      for (const n of range(from, count)) acks.push(client.deliver(n))
    }
    deliver(round * size, size / 2)
    const published = server({ do: 'publish', from: round * size, count: size })
    await server(fault)
    deliver(round * size + size / 2, size / 2)
    await published
    await broken
    const resumed = next('resumed')
    await server({ do: 'heal' })
    await resumed
  }
  await Promise.all(acks)
  const all = range(0, faults.length * size)
  await expect.poll(() => received['numbers']).toEqual(all)
  await expect.poll(() => received['echo']).toEqual(all)
  expect(await server({ do: 'applied' })).toEqual(all)
  expect(losses).toEqual([])
})

test.each(['silent', 'strict'] as const)(
  'a client with a session uses plain WebSocket with a server without our subprotocol: %s',
  async (kind) => {
    const { client, next } = connect(urls[kind])
    const early = client.deliver(1)
    await Promise.all([next('open'), expect(early).rejects.toMatchObject({ code: 'NoSessionError' })])
    const answer = new Promise((resolve) => client.on('message', resolve))
    client.send(2)
    expect(await answer).toBe(2)
    await expect(client.deliver(3)).rejects.toMatchObject({ code: 'NoSessionError' })
  },
)

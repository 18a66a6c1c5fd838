/** What a client with a session keeps in memory. */

import { expect, test } from 'vitest'
import type { SessionClient } from '../../src/index.ts'
import { countKept } from '../support/collectGarbage.ts'
import { createFakeHub } from './support/createFakeHub.ts'

/** Delivers ten messages, which only the client keeps. */
const deliverTen = (client: SessionClient<unknown, unknown>) => {
  const promises: Promise<unknown>[] = []
  const messages = Array.from({ length: 10 }, (_, index) => {
    const message = { index }
    promises.push(client.deliver(message))
    return new WeakRef(message)
  })
  return { messages, settled: Promise.allSettled(promises) }
}

test('messages that are acknowledged leave the memory', async () => {
  const { connectWelcomed, sendFrame } = createFakeHub()
  const { messages, settled } = deliverTen(connectWelcomed())
  sendFrame({ t: 'ack', seq: 10 })
  await settled
  expect(await countKept(messages)).toBe(0)
})

test.each(['sent', 'waiting'])('messages that are %s leave the memory with close()', async (what) => {
  const { connectSession, connectWelcomed } = createFakeHub()
  const client = what === 'sent' ? connectWelcomed() : connectSession()
  const { messages, settled } = deliverTen(client)
  client.close()
  await settled
  expect(await countKept(messages)).toBe(0)
})

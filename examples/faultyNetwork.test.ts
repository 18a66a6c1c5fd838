import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { createHub } from '@holdfast/server'
import { createFaultProxy } from '@holdfast/server/testing'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'

test('an order is placed exactly once if its acknowledgement is lost', async () => {
  const hub = createHub({ port: 0, host: '127.0.0.1' })
  await hub.ready
  const proxy = await createFaultProxy({ target: hub.port! })
  const client = createWebSocket(proxy.url, { WebSocket, codec: json(), session: session() })
  onTestFinished(async () => {
    client.dispose()
    await proxy.close()
    await hub.close()
  })
  const orders: unknown[] = []
  hub.on('message', (order) => void orders.push(order))
  await client.deliver('first')

  const removeFault = await proxy.add({ fault: 'swallow', direction: 'toClient' }) // from now on the client receives nothing
  const second = client.deliver('second')
  await proxy.seen(({ what, t }) => what === 'swallowed' && t === 'ack')
  await removeFault()
  proxy.cut()

  expect(await second).toEqual({ seq: 2 }) // on a new connection, with the same number
  expect(orders).toEqual(['first', 'second'])
  expect(hub.stats()).toMatchObject({ resumes: 1 })
})

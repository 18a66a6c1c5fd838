/** A store behind Redis Sentinel: real processes, and a failover by a kill of the master. */
import { createSentinel } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { createHub } from '../../src/hub.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { openSession } from '../support/dial.ts'
import { MASTER_NAME, startSentinels } from './startSentinels.ts'

test('after the master was killed, hubs use the one that Sentinel promotes, and clients receive messages again', async () => {
  const { master, sentinelRootNodes, end } = await startSentinels()
  onTestFinished(end)
  const store = redisStore(createSentinel({ name: MASTER_NAME, sentinelRootNodes }))
  await store.ready
  const hub = createHub({ port: 0, host: '127.0.0.1', store })
  await hub.ready
  onTestFinished(async () => {
    await hub.close()
    await store.close()
  })
  const errors: Error[] = []
  hub.on('error', (error) => errors.push(error))
  const client = await openSession(`ws://127.0.0.1:${hub.port}`, { sub: ['s'] })
  const before = await hub.publish('s', 1)
  expect(await client.next('msg')).toMatchObject({ off: 1, d: 1 })

  const isUpAgain = new Promise<void>((resolve) => store.onStateChange?.((up) => up && resolve()))
  await master.kill()
  await isUpAgain
  const after = await hub.publish('s', 2)
  expect(after.epoch).not.toBe(before.epoch) // the replica may not have received the newest writes
  expect(await client.next('reset')).toMatchObject({ s: 's', epoch: after.epoch, why: 'epoch' })
  await hub.publish('s', 3)
  for (let message = await client.next('msg'); message['d'] !== 3;) message = await client.next('msg')
  expect(errors).toHaveLength(1)
})

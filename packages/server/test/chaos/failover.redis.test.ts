/**
 * The Redis of two hub processes fails over while one of them is killed and restarted, under many clients that deliver and receive all
 * the time. `CHAOS=long npm test -- --project redis chaos` runs six failovers under 200 clients.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { command, until } from '../redis/commands.ts'
import { createDeliveringClients, eventually, expectDeliveredOnce } from '../redis/deliveringClients.ts'
import { type Redis, startRedis } from '../redis/startRedis.ts'
import { portOf, startRelay } from '../redis/startRelay.ts'
import { openApplicationStore } from './applicationStore.ts'
import { createNodeProcesses } from './nodeProcesses.ts'

const [CLIENTS, FAILOVERS] = process.env['CHAOS'] === 'long' ? [200, 6] : [40, 1]
// Only a guard against a hang: the test waits for messages and events.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

const openRedis = async (): Promise<Redis> => {
  const redis = await startRedis()
  cleanups.push(() => redis.end())
  return redis
}

test(`${CLIENTS} clients return after each failover at which a hub is killed, and their messages are applied once`, async () => {
  const [database, one, other] = [await openRedis(), await openRedis(), await openRedis()]
  const relay = await startRelay(portOf(one.url))
  cleanups.push(() => relay.end())
  await command(other, 'REPLICAOF', '127.0.0.1', String(portOf(one.url)))
  const application = await openApplicationStore(database.url)
  cleanups.push(() => application.close())
  const processes = await createNodeProcesses()
  cleanups.push(() => processes.end())
  const options = { store: relay.url, heartbeat: { interval: 25_000, timeout: 10_000 } }
  const nodes = ['feed', 'none'].map((stream) => processes.create(stream, database.url, options))
  await Promise.all(nodes.map((node) => node.start()))
  const crowd = createDeliveringClients({
    count: CLIENTS,
    stream: 'feed',
    url: (index) => `ws://127.0.0.1:${nodes[index % 2]!.port}`,
  })
  cleanups.push(() => crowd.dispose())
  const { clients, outcomes, received } = crowd
  const allOpen = (): Promise<void> =>
    eventually(() => {
      expect(clients.map((client) => client.get().status)).toEqual(clients.map(() => 'open'))
    })
  const exchanged = async (): Promise<void> => {
    const [settled, top] = [outcomes.size, Math.max(...received.map((each) => each.top))]
    await eventually(() => expect(outcomes.size).toBeGreaterThanOrEqual(settled + 2 * CLIENTS))
    await eventually(() => expect(Math.min(...received.map((each) => each.top))).toBeGreaterThan(top))
  }
  await allOpen()
  nodes[0]!.go()
  const delivering = crowd.deliverUntilStopped()

  for (let failover = 0; failover < FAILOVERS; failover++) {
    const [master, replica] = failover % 2 === 0 ? [one, other] : [other, one]
    await until(async () => String(await command(replica, 'INFO', 'replication')).includes('master_link_status:up'))
    await exchanged()
    const restart = async (): Promise<void> => {
      await delay(100 * Math.random()) // so that the kill comes before, during or after the failover
      const node = nodes[failover % 2]!
      await node.kill()
      await node.start()
    }
    const failOver = async (): Promise<void> => {
      await delay(100 * Math.random())
      // Redis pauses writes until the replica has all of them, and then exchanges the roles.
      await command(master, 'FAILOVER', 'TO', '127.0.0.1', String(portOf(replica.url)))
      await until(async () => String(await command(replica, 'ROLE')).startsWith('master'))
      relay.target = portOf(replica.url)
    }
    await Promise.all([restart(), failOver()])
    await allOpen()
  }
  await exchanged()
  crowd.stop()
  await delivering
  const last = await nodes[0]!.stop()
  await eventually(() => expect(received.map(({ top }) => top)).toEqual(clients.map(() => last)))

  const effects = new Map<string, number>()
  for (const effect of await application.effects()) effects.set(effect, (effects.get(effect) ?? 0) + 1)
  const unknown = [...outcomes.values()].filter((outcome) => outcome !== 'applied').length
  const again = nodes.reduce((sum, node) => sum + node.again, 0)
  const skipped = received.reduce((sum, each) => sum + each.skipped, 0)
  console.log(
    `${outcomes.size} delivered, ${unknown} of unknown outcome, ${again} recognised; ${last} published, ${skipped} skipped`,
  )
  expectDeliveredOnce(outcomes, effects)
  expect(received.flatMap(({ faults }) => faults)).toEqual([])
  for (const error of nodes.flatMap(({ errors }) => errors)) expect(error).toMatch(/READONLY|expected a master/)
})

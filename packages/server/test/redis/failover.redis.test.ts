/**
 * A failover under real clients: the master becomes a replica, and its address leads to the new master afterwards, as managed services
 * do it. The connections to the old master stay open and answer READONLY.
 */
import { createClient, createSentinel } from 'redis'
import { afterEach, expect, test, vi } from 'vitest'
import { type Hub, createHub } from '../../src/hub.ts'
import type { AnyRedisClient } from '../../src/store/redis/connections/redisClient.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { command, until } from './commands.ts'
import { createDeliveringClients, eventually, expectDeliveredOnce } from './deliveringClients.ts'
import { type Redis, startRedis } from './startRedis.ts'
import { portOf, startRelay } from './startRelay.ts'
import { MASTER_NAME, startSentinels } from './startSentinels.ts'

const CLIENTS = 200
const STREAM = 'feed'
// Only a guard against a hang: the tests wait for events.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

/** A master and its replica, with all data, and one address that leads to the master. */
const startPair = async () => {
  const [master, replica] = [await startRedis(), await startRedis()]
  const relay = await startRelay(portOf(master.url))
  cleanups.push(
    () => master.end(),
    () => replica.end(),
    () => relay.end(),
  )
  await becomeReplica(replica, master)
  return { master, replica, relay }
}

const becomeReplica = async (replica: Redis, master: Redis): Promise<void> => {
  await command(replica, 'REPLICAOF', '127.0.0.1', String(portOf(master.url)))
  await until(async () => String(await command(replica, 'INFO', 'replication')).includes('master_link_status:up'))
}

const openHub = async (redis: AnyRedisClient, applied: Map<string, number>) => {
  const store = redisStore(redis, { beat: 100 })
  await store.ready
  const hub = createHub({ port: 0, host: '127.0.0.1', store, authenticate: ({ token = '' }) => ({ id: token }) })
  const errors: string[] = []
  hub.on('error', ({ message }) => errors.push(message))
  hub.on('message', (message) => void applied.set(message as string, (applied.get(message as string) ?? 0) + 1))
  await hub.ready
  cleanups.push(async () => {
    await hub.close()
    await store.close()
  })
  return { hub, store, errors }
}

/** Two hubs, and clients of both that deliver and receive all the time. */
const begin = async (connect: () => AnyRedisClient, count: number) => {
  const applied = new Map<string, number>()
  const hubs = [await openHub(connect(), applied), await openHub(connect(), applied)]
  const crowd = createDeliveringClients({
    count,
    stream: STREAM,
    url: (index) => `ws://127.0.0.1:${hubs[index % 2]!.hub.port}`,
  })
  cleanups.push(() => crowd.dispose())
  await eventually(() => expect(sessions(hubs)).toBe(count))
  await crowd.deliverAll()
  const publisher = startPublisher(hubs[0]!.hub)
  cleanups.push(() => publisher.stop())
  const delivering = crowd.deliverUntilStopped()
  await crowdIsBusy(crowd, publisher)
  return { ...crowd, crowd, hubs, applied, publisher, delivering }
}

type World = Awaited<ReturnType<typeof begin>>

const sessions = (hubs: readonly { hub: Hub }[]): number => hubs.reduce((sum, { hub }) => sum + hub.stats().sessions, 0)

/** Publishes 1, 2, 3… until it is stopped. A number whose publish fails is published again. */
const startPublisher = (hub: Hub) => {
  let last = 0
  let isStopped = false
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const isPublished = await hub.publish(STREAM, last + 1, { idempotencyKey: `number ${last + 1}` }).then(
        () => true,
        () => false,
      )
      if (isPublished) last++
      await new Promise((resolve) => {
        setTimeout(resolve, 5)
      })
    }
  }
  const running = run()
  return {
    get last() {
      return last
    },
    async stop() {
      isStopped = true
      await running
      return last
    },
  }
}

/** Messages in both directions are exchanged again. */
const crowdIsBusy = async (
  { outcomes, received }: Pick<World['crowd'], 'outcomes' | 'received'>,
  publisher: { readonly last: number },
): Promise<void> => {
  const [settled, published] = [outcomes.size, publisher.last]
  await eventually(() => expect(outcomes.size).toBeGreaterThanOrEqual(settled + 2 * received.length))
  await eventually(() => expect(Math.min(...received.map(({ top }) => top))).toBeGreaterThan(published))
}

/** The hubs have noticed the failover, and then use the new master. */
const isDown = ({ hubs }: World): Promise<void> =>
  eventually(() => expect(hubs.map(({ errors }) => errors.length)).not.toContain(0))
const isUp = ({ hubs }: World): Promise<void> =>
  eventually(() => expect(hubs.map(({ store }) => store.up)).toEqual([true, true]))

/** Ends the exchange. All clients are connected, and nothing is under way for good. */
const finish = async (world: World): Promise<void> => {
  const { clients, crowd, hubs, publisher, received } = world
  await isUp(world)
  await eventually(() => expect(sessions(hubs)).toBe(clients.length))
  await crowdIsBusy(crowd, publisher)
  crowd.stop()
  await world.delivering
  const last = await publisher.stop()
  await eventually(() => expect(received.map(({ top }) => top)).toEqual(clients.map(() => last)))
  expect(clients.map((client) => client.get().status)).toEqual(clients.map(() => 'open'))
  expect(received.flatMap(({ faults }) => faults)).toEqual([])
  for (const { errors } of hubs) expect(errors).toHaveLength(1)
}

/** What asynchronous replication allows: a message whose record is lost may be applied again, but none is lost in silence. */
const expectReported = ({ outcomes, applied }: World): void => {
  for (const [message, outcome] of outcomes) {
    const times = applied.get(message) ?? 0
    const [least, most] = outcome === 'applied' ? [1, message.startsWith('keyed') ? 2 : 1] : [0, 1]
    expect([message, outcome, Math.min(Math.max(times, least), most)]).toEqual([message, outcome, times])
    if (message.startsWith('keyed')) expect([message, outcome]).toEqual([message, 'applied'])
  }
}

/** Every fourth client dials while the store is unavailable. */
const reconnectSome = ({ clients }: World): void => {
  for (const [index, client] of clients.entries()) if (index % 4 === 0) client.reconnect()
}

test(`a failover without loss under ${CLIENTS} clients: all return, and messages with a key are applied once`, async () => {
  const { master, replica, relay } = await startPair()
  const world = await begin(() => createClient({ url: relay.url }), CLIENTS)
  // Redis pauses writes until the replica has all of them, and then exchanges the roles.
  await command(master, 'FAILOVER', 'TO', '127.0.0.1', String(portOf(replica.url)))
  await isDown(world)
  expect(world.crowd.underWay).toBeGreaterThan(0)
  reconnectSome(world)
  relay.target = portOf(replica.url)
  await finish(world)
  expectDeliveredOnce(world.outcomes, world.applied)
  expect(world.received.filter(({ repeated }) => repeated > 0)).toEqual([])
  // The check of the server's role may come before the first write.
  for (const { errors } of world.hubs) expect(errors).toEqual([expect.stringMatching(/READONLY|expected a master/)])
})

test(`a failover that loses writes under ${CLIENTS} clients: all return, and each message that is not applied is reported`, async () => {
  const { master, replica, relay } = await startPair()
  const world = await begin(() => createClient({ url: relay.url }), CLIENTS)
  await command(replica, 'REPLICAOF', 'NO', 'ONE')
  await crowdIsBusy(world.crowd, world.publisher) // these writes are lost
  await becomeReplica(master, replica)
  await isDown(world)
  reconnectSome(world)
  relay.target = portOf(replica.url)
  await finish(world)
  expectReported(world)
})

test('a failover by Sentinel under 50 clients: all return, and each message that is not applied is reported', async () => {
  const { master, sentinelRootNodes, end } = await startSentinels()
  cleanups.push(end)
  const world = await begin(() => createSentinel({ name: MASTER_NAME, sentinelRootNodes }), 50)
  await master.kill()
  await isDown(world)
  reconnectSome(world)
  await finish(world)
  expectReported(world)
})

/** The permissions that the documentation lists: the store works with exactly these, and reports an outage without them. */
import { readFileSync, readdirSync } from 'node:fs'
import { createClient, createCluster } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { createNode } from '../../src/node.ts'
import { redisStore, type RedisStore } from '../../src/store/redis/redisStore.ts'
import { deferred } from '../support/deferred.ts'
import { command } from './commands.ts'
import { startCluster } from './startCluster.ts'
import { startRedis } from './startRedis.ts'

/** The rules after `ACL SETUSER holdfast on >…` in the documentation. */
const documentedRules = (): string[] => {
  const page = readFileSync(new URL('../../../../docs/server/redis.md', import.meta.url), 'utf8')
  const [, rules = ''] = /^ACL SETUSER holdfast on >\S+ (.*)$/m.exec(page) ?? []
  return rules.split(' ')
}

const setUser = (redis: { url: string }, rules: readonly string[]): Promise<unknown> =>
  command(redis, 'ACL', 'SETUSER', 'holdfast', 'reset', 'on', '>secret', ...rules)

/** Calls every method of the store. */
const useAll = async (store: RedisStore): Promise<void> => {
  const owner = { node: 'one', link: 1 }
  const received = [deferred(), deferred(), deferred()] as const
  store.onBroadcast(() => received[0].resolve())
  store.onPresence(() => received[1].resolve())
  const unfollow = await store.follow('s', () => received[2].resolve())
  await store.broadcast('1')
  await store.publish('s', '1', 'key')
  await store.read('s', 0, { messages: 10, bytes: 1000 })
  await store.addSession({ sessionId: 'id', keyHash: 'abc', user: 'ann', last: 0, results: {}, takeovers: 0 }, owner)
  await store.recordApplied('id', owner, 1, '{"d":1}')
  await store.getSession('id')
  await store.touchSession('id', owner)
  await store.takeSession('id', { node: 'one', link: 2 })
  await store.endSession('id', { node: 'one', link: 2 })
  await store.claimKey('ann', 'key')
  await store.recordKey('ann', 'key', '1')
  await store.claimKey('ann', 'other')
  await store.recordKey('ann', 'other', undefined)
  await store.enter('room', { id: 'c1', user: { id: 'ann' } })
  await store.listPresence('room')
  await store.leave('room', 'c1')
  await Promise.all(received.map(({ promise }) => promise))
  unfollow()
}

test('a user with the documented permissions can use the whole store on one server', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.end())
  await setUser(redis, documentedRules())
  const errors: Error[] = []
  const options = { username: 'holdfast', password: 'secret' }
  const store = redisStore(createClient({ url: redis.url, ...options }), {
    audit: 20,
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => store.close())
  await store.ready
  await useAll(store)
  const log = (await command(redis, 'ACL', 'LOG')) as unknown[]
  expect({ log, errors }).toEqual({ log: [], errors: [] })
})

test('a user with the documented permissions can use the whole store in a cluster', async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.end())
  for (const master of cluster.masters) await setUser(master, documentedRules())
  const defaults = { username: 'holdfast', password: 'secret' }
  const store = redisStore(createCluster({ rootNodes: cluster.rootNodes, defaults }), { audit: 20 })
  onTestFinished(() => store.close())
  await store.ready
  await useAll(store)
  for (const master of cluster.masters) expect(await command(master, 'ACL', 'LOG')).toEqual([])
})

test('the documented commands contain each command of the scripts', () => {
  const folder = new URL('../../src/store/redis/scripts/', import.meta.url)
  const scripts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const called = scripts.flatMap((text) =>
    [...text.matchAll(/redis\.call\('([A-Z]+)'/g)].map(([, name]) => name!.toLowerCase()),
  )
  expect(called.filter((name) => !documentedRules().includes(`+${name}`))).toEqual([])
  expect(called.length).toBeGreaterThan(40)
})

test.each(['~holdfast:*', '&holdfast:*', '+info', '+evalsha', '+eval', '+subscribe', '+publish', '+zadd', '+xadd'])(
  'without %s the store does not work on one server',
  async (rule) => {
    const redis = await startRedis()
    onTestFinished(() => redis.end())
    const other = rule.startsWith('&') ? ['resetchannels'] : []
    await setUser(redis, [...documentedRules().filter((each) => each !== rule), ...other])
    const store = redisStore(createClient({ url: redis.url, username: 'holdfast', password: 'secret' }))
    const node = createNode({ store })
    onTestFinished(async () => {
      await node.close()
      await store.close()
    })
    const failed = new Promise<unknown>((resolve) => {
      node.on('error', resolve)
      store.ready.then(() => useAll(store)).catch(resolve)
    })
    expect(String(await failed)).toMatch(/NOPERM|permission|can't run this command/i)
  },
)

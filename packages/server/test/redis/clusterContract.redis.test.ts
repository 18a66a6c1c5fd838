/** The store contract on a Redis Cluster of three masters, with two stores that act as two nodes. */
import { createCluster } from 'redis'
import { afterAll, beforeAll } from 'vitest'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { storeContract } from '../support/storeContract.ts'
import { type Cluster, startCluster } from './startCluster.ts'

let cluster: Cluster
let runs = 0
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.end())

storeContract('redisStore in a cluster', async (history) => {
  const options = { prefix: `run${++runs}:`, ...(history ? { history } : {}) }
  const [a, b] = [1, 2].map(() => redisStore(createCluster({ rootNodes: cluster.rootNodes }), options))
  if (!a || !b) throw new Error('expected two stores')
  await Promise.all([a.ready, b.ready])
  return {
    a,
    b,
    end: async () => {
      await Promise.all([a.close(), b.close()])
    },
  }
})

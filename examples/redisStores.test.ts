/** The Redis stores of the README's chapters on Sentinel and Cluster. The tests of the store run them on real servers. */

import { expect, test } from 'vitest'
import { openClusterStore } from './hubCluster.ts'
import { openSentinelStore } from './hubSentinel.ts'

test.each([
  ['Sentinel', () => openSentinelStore('127.0.0.1', 1)],
  ['a cluster', () => openClusterStore('redis://127.0.0.1:1', 'secret')],
])('a store on %s rejects while it cannot be reached, and can be closed', async (_, open) => {
  const store = open()
  await expect(store.publish('chat', '1')).rejects.toThrow(/Redis/)
  expect(store.up).toBe(false)
  await store.close()
})

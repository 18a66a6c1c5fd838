import { redisStore } from '@holdfast/server'
import { createCluster } from 'redis'

export const openClusterStore = (url: string, password: string) =>
  redisStore(createCluster({ rootNodes: [{ url }], defaults: { password } }))

import { redisStore } from '@holdfast/server'
import { createSentinel } from 'redis'

export const openSentinelStore = (host: string, port: number) =>
  redisStore(createSentinel({ name: 'mymaster', sentinelRootNodes: [{ host, port }] }))

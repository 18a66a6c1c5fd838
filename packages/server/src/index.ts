/** The companion server: a hub on `ws` for clients of `@holdfast/core`, with sessions or plain. */

export { createHub } from './hub.ts'
export type { Hub, HubOptions } from './hub.ts'
export { memoryStore } from './store/memory/memoryStore.ts'
export type { MemoryStoreOptions } from './store/memory/memoryStore.ts'
export { redisStore } from './store/redis/redisStore.ts'
export type { RedisStore } from './store/redis/redisStore.ts'
export type { RedisStoreOptions } from './store/redis/redisStoreOptions.ts'
export type {
  AnyRedisClient,
  RedisClient,
  RedisCluster,
  RedisClusterNode,
  RedisConnection,
  RedisOverrides,
  RedisSentinel,
} from './store/redis/connections/redisClient.ts'
export { StoreUnavailableError } from './store/redis/connections/storeUnavailableError.ts'
export type { Health, UnreadyReason } from './health.ts'
export { createNode } from './node.ts'
export type { HubNode } from './hubNode.ts'
export { CallbackError, HubError, OptionError, RequestReleasedError, UnfinishedError } from './errors.ts'
export type { Clock } from './clock.ts'
export type {
  AuthenticatedUser,
  CloseDetails,
  Connection,
  Credentials,
  DropDetails,
  EndedSession,
  HubEvents,
  MessageContext,
  RefuseDetails,
  User,
} from './context/hubEvents.ts'
export type { Limits } from './context/limits.ts'
export type { PresenceMember } from './streams/presence.ts'
export type { NodeOptions } from './context/hubContext.ts'
export type { NodeSocket, RawData } from './connection/socket.ts'
export type { RefusalReason, Stats } from './metrics/stats.ts'
export type { AllowedOrigins, BeforeUpgrade } from './connection/upgrade.ts'
export type {
  Detach,
  Evicted,
  Feed,
  History,
  HistoryLimits,
  Owner,
  Position,
  PresenceEntry,
  SessionRecord,
  SessionWrite,
  Store,
  StoredMessage,
} from './store/store.ts'

/** The companion server: a hub on `ws` for clients of `@holdfast/core`, with recovery or plain. */

export { createHub } from './hub.ts'
export type { Hub, HubOptions } from './hub.ts'
export { memoryStore } from './memoryStore.ts'
export type { MemoryStoreOptions } from './memoryStore.ts'
export { redisStore } from './redisStore.ts'
export type { RedisStore, RedisStoreOptions } from './redisStore.ts'
export type { RedisClient, RedisConnection, RedisOverrides } from './redis/redisClient.ts'
export { StoreUnavailableError } from './redis/storeUnavailableError.ts'
export { createNode } from './node.ts'
export type { HubNode } from './node.ts'
export { HubError, OptionError } from './errors.ts'
export type { Clock } from './clock.ts'
export type { CloseDetails, Connection, DropDetails, HubEvents, MessageContext, User } from './connection.ts'
export type { Limits } from './limits.ts'
export type { PresentUser } from './presence.ts'
export type { Credentials, NodeOptions } from './setting.ts'
export type { NodeSocket, RawData } from './socket.ts'
export type { Stats } from './stats.ts'
export type { AllowedOrigins } from './upgrade.ts'
export type {
  Detach,
  Feed,
  History,
  Kept,
  Owner,
  Position,
  PresenceEntry,
  SessionRecord,
  Store,
  StoredMessage,
} from './store.ts'

/**
 * The names of all keys and channels in Redis. Running nodes and stored data depend on these names, so they must not change.
 *
 * `runId` identifies one run of the Redis server. Data that must not survive a restart has it in the key: a Redis that restarts from
 * disk, or a replica that takes over, may have lost the newest writes.
 */

import { createHash } from 'node:crypto'

export interface Keys {
  /** Hash: `epoch`, `off` (the counter) and `bytes` of a stream. */
  streamMeta(runId: string, stream: string): string
  /** Redis Stream: the history of a stream. */
  streamLog(runId: string, stream: string): string
  /** String: the position that was published with an idempotency key. */
  publishKey(stream: string, key: string): string
  /** Hash: the record of a session and its owner. */
  session(runId: string, sessionId: string): string
  /** List: the `seq` of each stored answer of a session, oldest first. */
  sessionResults(runId: string, sessionId: string): string
  /** String: the record of an idempotency key of a user. A long key is replaced by its digest. */
  idempotencyKey(user: string, key: string): string
  /** Hash: the bytes of the records of a user, by the time at which they were written. */
  keyBytes(user: string): string
  /** Sorted set: the time of each node's last heartbeat. */
  readonly nodes: string
  /** Hash: the presence entries of a stream. */
  presence(stream: string): string
  /** Set: the presence entries that a node has written. */
  nodePresence(node: string): string
}

export interface Channels {
  /** The messages of a stream. */
  feed(stream: string): string
  /** The messages to one node. */
  node(node: string): string
  readonly broadcast: string
  /** The names of streams whose presence has changed. */
  readonly presence: string
}

/** The characters of a digest of 132 bits. */
const DIGEST_LENGTH = 22

/** Clients choose the keys, so two keys must not have one name. The first character separates digests from keys. */
const shortKey = (key: string): string => {
  if (Buffer.byteLength(key) <= DIGEST_LENGTH) return `:${key}`
  return `#${createHash('sha256').update(key).digest('base64url').slice(0, DIGEST_LENGTH)}`
}

export const createKeys = (prefix: string): Keys => ({
  streamMeta: (runId, stream) => `${prefix}${runId}:{${stream}}:meta`,
  streamLog: (runId, stream) => `${prefix}${runId}:{${stream}}:log`,
  publishKey: (stream, key) => `${prefix}key:${stream.length}:{${stream}}:${key}`,
  session: (runId, sessionId) => `${prefix}${runId}:{${sessionId}}:session`,
  sessionResults: (runId, sessionId) => `${prefix}${runId}:{${sessionId}}:results`,
  idempotencyKey: (user, key) => `${prefix}done:${user.length}:${user}${shortKey(key)}`,
  keyBytes: (user) => `${prefix}used:${user}`,
  nodes: `${prefix}nodes`,
  presence: (stream) => `${prefix}pres:${stream}`,
  nodePresence: (node) => `${prefix}present:${node}`,
})

/** In a cluster, the text in braces selects the slot, so it must not contain braces itself and must not be empty. */
const tag = (name: string): string => name.replaceAll(/[%{}]/g, encodeURIComponent)

/** The names in a cluster: the braces put all keys of a stream, and its channel, into one slot, and those of a session, or of a user. */
export const createClusterKeys = (prefix: string): Keys => {
  const keys = createKeys(prefix)
  return {
    ...keys,
    streamMeta: (runId, stream) => keys.streamMeta(runId, tag(stream)),
    streamLog: (runId, stream) => keys.streamLog(runId, tag(stream)),
    publishKey: (stream, key) => keys.publishKey(tag(stream), key),
    idempotencyKey: (user, key) => keys.idempotencyKey(`{${tag(user)}}`, key),
    keyBytes: (user) => keys.keyBytes(`{${tag(user)}}`),
  }
}

/** @param database pub/sub ignores the database number, so it is a part of the names. 0 is left out, as in earlier versions */
export const createChannels = (prefix: string, database = 0): Channels => {
  const start = database === 0 ? prefix : `${prefix}db${database}:`
  return {
    feed: (stream) => `${start}feed:${stream}`,
    node: (node) => `${start}node:${node}`,
    broadcast: `${start}broadcast`,
    presence: `${start}presence`,
  }
}

export const createClusterChannels = (prefix: string): Channels => ({
  ...createChannels(prefix),
  feed: (stream) => `${prefix}feed:{${tag(stream)}}`,
})

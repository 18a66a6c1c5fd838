/** The Lua scripts for presence. Each uses one key, because in a cluster the keys of a stream and of a node are on different servers. */
import { type Script, script } from './script.ts'

/** Key: set of the node. Argument: entry. It is added before `enter`, so that a crash leaves no entry that no node would remove. */
export const track: Script = script(`return redis.call('SADD', KEYS[1], ARGV[1])`)

/** Key: set of the node. Arguments: entries. They are removed after `leave`. */
export const untrack: Script = script(`return redis.call('SREM', KEYS[1], unpack(ARGV))`)

/** Key: set of the node. Argument: maximum number of entries. Returns entries. */
export const tracked: Script = script(`return redis.call('SRANDMEMBER', KEYS[1], ARGV[1])`)

/**
 * Key: hash of the stream. Arguments: field, user as JSON, channel, stream. A field that changes is removed first. In a hash of up to 128
 * fields it is the last one then, so it counts for a user with several connections.
 */
export const enter: Script = script(`
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 1 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
`)

/** Key: hash of the stream. Arguments: channel, stream, fields. */
export const leave: Script = script(`
if redis.call('HDEL', KEYS[1], unpack(ARGV, 3)) > 0 then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
return 1
`)

/** Key: hash of the stream. Returns fields and users. */
export const list: Script = script(`return redis.call('HGETALL', KEYS[1])`)

/** The Lua scripts for presence. */
import { type Script, script } from './script.ts'

/** Keys: hash of the stream, set of the node. Arguments: field, user as JSON, entry of the set, channel, stream. */
export const enter: Script = script(`
local before = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
if before ~= ARGV[2] then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return 1
`)

/** Keys and arguments as for `enter`, without the user. */
export const leave: Script = script(`
redis.call('SREM', KEYS[2], ARGV[2])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return 1
`)

/** Keys: hash of the stream. Returns fields and users. */
export const list: Script = script(`return redis.call('HGETALL', KEYS[1])`)

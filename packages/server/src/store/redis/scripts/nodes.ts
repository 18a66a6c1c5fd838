/** The Lua scripts for the nodes that share a Redis. */
import { type Script, script } from './script.ts'

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** Key: nodes. Arguments: node, ms after which a node is dead. Returns whether the node is new, then the dead nodes. */
export const heartbeat: Script = script(`${now}
local new = redis.call('ZADD', KEYS[1], now, ARGV[1])
local answer = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now - ARGV[2]))
table.insert(answer, 1, tostring(new))
return answer
`)

/** Key: nodes. Argument: node. Returns the ms since its last heartbeat, -1 if there is none. */
export const silence: Script = script(`${now}
local last = redis.call('ZSCORE', KEYS[1], ARGV[1])
return last and string.format('%.0f', now - last) or '-1'
`)

/**
 * Keys: nodes, set of the node. Arguments: node, maximum number of entries, channel, prefix of the presence hashes. Removes presence
 * entries of a dead node, and the node when none is left. Returns how many entries are left. The hashes are not in `KEYS`, because the
 * entries of the set name them; this is one reason why the store does not support Redis Cluster.
 */
export const reap: Script = script(`
local streams = {}
for _, item in ipairs(redis.call('SPOP', KEYS[2], ARGV[2])) do
  local entry = cjson.decode(item)
  redis.call('HDEL', ARGV[4] .. entry[1], entry[2])
  streams[entry[1]] = true
end
for stream in pairs(streams) do redis.call('PUBLISH', ARGV[3], stream) end
local left = redis.call('SCARD', KEYS[2])
if left == 0 then redis.call('ZREM', KEYS[1], ARGV[1]) end
return left
`)

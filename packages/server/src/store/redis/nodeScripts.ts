/** What is done for presence and nodes in Redis. */
import { type Script, script } from './script.ts'

/** Keys: the stream's hash, the node's set. Arguments: field, user as JSON, what the set keeps of it, channel, stream. */
export const enter: Script = script(`
local before = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
if before ~= ARGV[2] then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return 1
`)

/** Keys and arguments as of \`enter\`, without the user. */
export const leave: Script = script(`
redis.call('SREM', KEYS[2], ARGV[2])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return 1
`)

/** Keys: the stream's hash. Answers fields and users. */
export const present: Script = script(`return redis.call('HGETALL', KEYS[1])`)

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** Key: nodes. Arguments: node, ms of a life. Answers whether the node is new here, then those that are dead. */
export const beat: Script = script(`${now}
local new = redis.call('ZADD', KEYS[1], now, ARGV[1])
local answer = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now - ARGV[2]))
table.insert(answer, 1, tostring(new))
return answer
`)

/** Keys: nodes. Argument: node. Answers ms since it was last heard, -1 for never. */
export const silence: Script = script(`${now}
local heard = redis.call('ZSCORE', KEYS[1], ARGV[1])
return heard and string.format('%.0f', now - heard) or '-1'
`)

/**
 * Keys: nodes, the node's set. Arguments: node, how many at most, channel, prefix of hashes. Takes away what a dead node has left; answers how
 * much may be left. The hashes are named by what the set keeps: this is what ties the store to a Redis without a cluster.
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

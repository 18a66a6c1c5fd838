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

/** Key: nodes. Argument: node. */
export const forget: Script = script(`return redis.call('ZREM', KEYS[1], ARGV[1])`)

/** The Lua scripts for sessions. */
import { type Script, script } from './script.ts'

const owned = `
local function owned(node, link)
  local now = redis.call('HMGET', KEYS[1], 'node', 'link')
  return now[1] == node and now[2] == link
end
`

/** Keys: session, results. Arguments: ms, number of results, `seq` and result of each, then the fields of the hash. */
export const addSession: Script = script(`
redis.call('DEL', KEYS[1], KEYS[2])
local count = tonumber(ARGV[2])
for i = 1, count do
  redis.call('HSET', KEYS[1], 'r' .. ARGV[1 + 2 * i], ARGV[2 + 2 * i])
  redis.call('RPUSH', KEYS[2], ARGV[1 + 2 * i])
end
for i = 3 + 2 * count, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return 1
`)

/** Key: session. Returns the fields of the hash. */
export const getSession: Script = script(`return redis.call('HGETALL', KEYS[1])`)

/**
 * Keys: session, results. Arguments: node and link of the expected owner; node, link and `at` of the new owner; ms. Returns the fields,
 * or 0 if the owner is not the expected one.
 */
export const takeSession: Script = script(`${owned}
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
if not owned(ARGV[1], ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'node', ARGV[3], 'link', ARGV[4], 'at', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return redis.call('HGETALL', KEYS[1])
`)

/** Keys: session, results. Arguments: node, link, ms, seq, maximum number of results, the result if any. Returns whether it was recorded. */
export const recordApplied: Script = script(`${owned}
if not owned(ARGV[1], ARGV[2]) then return 0 end
if tonumber(ARGV[4]) > tonumber(redis.call('HGET', KEYS[1], 'last')) then redis.call('HSET', KEYS[1], 'last', ARGV[4]) end
if ARGV[6] then
  -- A result that is recorded again, because the answer was lost, is not listed again.
  if redis.call('HSET', KEYS[1], 'r' .. ARGV[4], ARGV[6]) == 1 then redis.call('RPUSH', KEYS[2], ARGV[4]) end
  while redis.call('LLEN', KEYS[2]) > tonumber(ARGV[5]) do
    redis.call('HDEL', KEYS[1], 'r' .. redis.call('LPOP', KEYS[2]))
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
`)

/** Keys: session, results. Arguments: node, link, ms. Without ms the session ends. */
export const touchSession: Script = script(`${owned}
if not owned(ARGV[1], ARGV[2]) then return 0 end
if ARGV[3] then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
else
  redis.call('DEL', KEYS[1], KEYS[2])
end
return 1
`)

/** The Lua scripts for sessions. */
import { type Script, script } from './script.ts'

/** `owner` returns RECORDED if the link owns the session, else REPLACED or MISSING. See `SessionWrite`. */
const owner = `
local RECORDED, REPLACED, MISSING = 1, 0, 2
local function owner(node, link)
  local now = redis.call('HMGET', KEYS[1], 'node', 'link')
  if not now[1] then return MISSING end
  return now[1] == node and now[2] == link and RECORDED or REPLACED
end
`

/**
 * Keys: session, results. Arguments: ms, node, link and takeovers of the record, number of results, `seq` and result of each, then the
 * other fields of the hash. Does not replace a record of the same owner, or one with as many takeovers.
 */
export const addSession: Script = script(`${owner}
local found = owner(ARGV[2], ARGV[3])
if found == RECORDED then return RECORDED end
if found == REPLACED and tonumber(redis.call('HGET', KEYS[1], 'takeovers') or 0) >= tonumber(ARGV[4]) then return REPLACED end
redis.call('HSET', KEYS[1], 'node', ARGV[2])
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'node', ARGV[2], 'link', ARGV[3], 'takeovers', ARGV[4])
local count, bytes = tonumber(ARGV[5]), 0
for i = 1, count do
  local seq, result = ARGV[4 + 2 * i], ARGV[5 + 2 * i]
  redis.call('HSET', KEYS[1], 'r' .. seq, result)
  redis.call('RPUSH', KEYS[2], seq)
  bytes = bytes + #result
end
for i = 6 + 2 * count, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[1], 'bytes', bytes)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return RECORDED
`)

/** Key: session. Returns the fields of the hash. */
export const getSession: Script = script(`return redis.call('HGETALL', KEYS[1])`)

/**
 * Keys: session, results. Arguments: node and link of the expected owner; node, link and `at` of the new owner; ms. Returns the fields,
 * or 0 if the owner is not the expected one.
 */
export const takeSession: Script = script(`${owner}
local found = owner(ARGV[1], ARGV[2])
if found == MISSING then return {} end
if found == REPLACED then return 0 end
redis.call('HINCRBY', KEYS[1], 'takeovers', 1)
redis.call('HSET', KEYS[1], 'node', ARGV[3], 'link', ARGV[4], 'at', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return redis.call('HGETALL', KEYS[1])
`)

/**
 * Keys: session, results. Arguments: node, link, ms, seq, maximum number of results and of their bytes, the result if any. Refusals are
 * short, and are removed only by their number: without its refusal, a message would count as applied.
 */
export const recordApplied: Script = script(`${owner}
local found = owner(ARGV[1], ARGV[2])
if found ~= RECORDED then return found end
if tonumber(ARGV[4]) > tonumber(redis.call('HGET', KEYS[1], 'last')) then redis.call('HSET', KEYS[1], 'last', ARGV[4]) end
local result, maximum, maximumBytes = ARGV[7], tonumber(ARGV[5]), tonumber(ARGV[6])
if result and #result <= maximumBytes then
  local bytes = tonumber(redis.call('HGET', KEYS[1], 'bytes') or 0)
  local function remove(seq)
    bytes = bytes - redis.call('HSTRLEN', KEYS[1], 'r' .. seq)
    redis.call('HDEL', KEYS[1], 'r' .. seq)
  end
  bytes = bytes + #result - redis.call('HSTRLEN', KEYS[1], 'r' .. ARGV[4])
  -- A result that is recorded again, because the answer was lost, is not listed again.
  if redis.call('HSET', KEYS[1], 'r' .. ARGV[4], result) == 1 then redis.call('RPUSH', KEYS[2], ARGV[4]) end
  while redis.call('LLEN', KEYS[2]) > maximum do remove(redis.call('LPOP', KEYS[2])) end
  if bytes > maximumBytes then
    for _, seq in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
      if bytes <= maximumBytes then break end
      if string.sub(redis.call('HGET', KEYS[1], 'r' .. seq) or '', 1, 4) ~= '{"e"' then
        remove(seq)
        redis.call('LREM', KEYS[2], 1, seq)
      end
    end
  end
  redis.call('HSET', KEYS[1], 'bytes', bytes)
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return RECORDED
`)

/** Keys: session, results. Arguments: node, link, ms. Without ms the session ends. */
export const touchSession: Script = script(`${owner}
local found = owner(ARGV[1], ARGV[2])
if found ~= RECORDED then return found end
if ARGV[3] then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
else
  redis.call('DEL', KEYS[1], KEYS[2])
end
return RECORDED
`)

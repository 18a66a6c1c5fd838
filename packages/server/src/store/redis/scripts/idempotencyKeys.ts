/** The Lua scripts for idempotency keys. */
import { type Script, script } from './script.ts'

/** Key: record. Argument: ms of the reservation. Returns the record: 'p' if reserved, or 'r' and the answer; '' if it is reserved now. */
export const claimKey: Script = script(`
local found = redis.call('GET', KEYS[1])
if found then return found end
redis.call('SET', KEYS[1], 'p', 'PX', ARGV[1])
return ''
`)

/** Key: counter. Arguments: bytes, and ms of the counter. Returns the sum of the bytes since the counter began. */
export const countAnswer: Script = script(`
local sum = redis.call('HINCRBY', KEYS[1], 'bytes', ARGV[1])
if sum == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return sum
`)

/** Key: record. Arguments: ms and the answer; without them the reservation is released. */
export const recordKey: Script = script(`
if ARGV[2] then
  redis.call('SET', KEYS[1], 'r' .. ARGV[2], 'PX', ARGV[1])
elseif redis.call('GET', KEYS[1]) == 'p' then
  redis.call('DEL', KEYS[1])
end
return 1
`)

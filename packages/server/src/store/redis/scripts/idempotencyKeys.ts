/** The Lua scripts for idempotency keys. The keys of each are the record, and the bytes of all records of the user. */
import { type Script, script } from './script.ts'

/**
 * Sums up the records of a user that can still exist. They are counted in slices of 30 s by the time of Redis, which also ends them. So a
 * record counts for 300 to 330 s. A counter of 300 s that starts again would allow twice the bound.
 */
const sumBytes = `
local slice = math.floor(redis.call('TIME')[1] / 30)
local bytes, expired = 0, {}
local slices = redis.call('HGETALL', KEYS[2])
for i = 1, #slices, 2 do
  if tonumber(slices[i]) < slice - 10 then
    table.insert(expired, slices[i])
  else
    bytes = bytes + slices[i + 1]
  end
end
`

/**
 * Arguments: ms of the reservation, the most bytes of all records. Returns the record: 'p' if reserved, or 'r' and the answer. Without a
 * record, returns 'f' if the user has no bytes left, or '' if the key is reserved now.
 */
export const claimKey: Script = script(`
local found = redis.call('GET', KEYS[1])
if found then return found end
${sumBytes}
if bytes >= tonumber(ARGV[2]) then return 'f' end
redis.call('SET', KEYS[1], 'p', 'PX', ARGV[1])
return ''
`)

/**
 * Arguments: ms, the bytes above which the short answer is kept, the bytes of the record without its answer, the answer, and the short
 * answer if there is one. Without arguments the reservation is released. A hub writes a record again when the write of the session failed,
 * so a record that exists stays as it is and counts once.
 */
export const recordKey: Script = script(`
local found = redis.call('GET', KEYS[1])
if not ARGV[1] then
  if found == 'p' then redis.call('DEL', KEYS[1]) end
  return 1
end
if found and found ~= 'p' then return 1 end
${sumBytes}
local answer = ARGV[4]
if ARGV[5] and bytes + ARGV[3] + #answer > tonumber(ARGV[2]) then answer = ARGV[5] end
redis.call('SET', KEYS[1], 'r' .. answer, 'PX', ARGV[1])
redis.call('HINCRBY', KEYS[2], slice, ARGV[3] + #answer)
redis.call('PEXPIRE', KEYS[2], ARGV[1] + 30000)
if #expired > 0 then redis.call('HDEL', KEYS[2], unpack(expired)) end
return 1
`)

/** The Lua scripts for streams. */
import { type Script, script, sendTo } from './script.ts'

/** Returns the position of a stream and starts a new epoch if there is none. A log without a counter belongs to a lost epoch and is deleted. */
const position = `
local function position(meta, log, epoch)
  local at = redis.call('HMGET', meta, 'epoch', 'off', 'bytes')
  if at[1] then return at[1], tonumber(at[2]), tonumber(at[3]) end
  redis.call('HSET', meta, 'epoch', epoch, 'off', 0, 'bytes', 0)
  redis.call('DEL', log)
  return epoch, 0, 0
end
`

/**
 * Keys: meta, log, record of the idempotency key or ''. Arguments: data, new epoch, messages, bytes, ms of the log, ms of the counter,
 * ms of the record, channel, PUBLISH or SPUBLISH. Returns epoch and offset.
 */
export const publish: Script = script(`${position}${sendTo}
local meta, log, record = KEYS[1], KEYS[2], KEYS[3]
if record then
  local seen = redis.call('GET', record)
  if seen then return cjson.decode(seen) end
end
local epoch, off, bytes = position(meta, log, ARGV[2])
off = off + 1
local text = string.format('%.0f', off)
local length = redis.call('XLEN', log)
if length == 0 then bytes = 0 end
bytes = bytes + #ARGV[1]
redis.call('XADD', log, text .. '-0', 'd', ARGV[1])
length = length + 1
while length > 1 and (length > tonumber(ARGV[3]) or bytes > tonumber(ARGV[4])) do
  local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  bytes = bytes - #oldest[2][2]
  length = length - 1
  redis.call('XTRIM', log, 'MAXLEN', length)
end
redis.call('HSET', meta, 'off', text, 'bytes', bytes)
redis.call('PEXPIRE', log, ARGV[5])
redis.call('PEXPIRE', meta, ARGV[6])
if record then redis.call('SET', record, cjson.encode({epoch, text}), 'PX', ARGV[7]) end
sendTo(ARGV[9], ARGV[8], epoch .. ' ' .. text .. ' ' .. ARGV[1])
return {epoch, text}
`)

/**
 * Keys: meta, log. Arguments: new epoch, first offset to read, messages, bytes, ms of the counter. Returns epoch and offset, then offset
 * and data of each message.
 */
export const read: Script = script(`${position}
local epoch, off = position(KEYS[1], KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
local answer = {epoch, string.format('%.0f', off)}
local bytesLeft = tonumber(ARGV[4])
if tonumber(ARGV[3]) > 0 then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])) do
    bytesLeft = bytesLeft - #entry[2][2]
    if bytesLeft < 0 then break end
    answer[#answer + 1] = string.match(entry[1], '^%d+')
    answer[#answer + 1] = entry[2][2]
  end
end
return answer
`)

/** Keys: the meta hashes. Argument: ms of the counter, restarted here so that a followed stream keeps it. Returns epoch ('' for none) and offset of each. */
export const tops: Script = script(`
local answer = {}
for _, meta in ipairs(KEYS) do
  local at = redis.call('HMGET', meta, 'epoch', 'off')
  redis.call('PEXPIRE', meta, ARGV[1])
  answer[#answer + 1] = at[1] or ''
  answer[#answer + 1] = at[2] or '0'
end
return answer
`)

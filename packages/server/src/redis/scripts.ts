/** The Lua that runs in Redis, one script for each step that must be whole. */
import { createHash } from 'node:crypto'

export interface Script {
  text: string
  sha: string
}

const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** Where a stream's life is; begun where there is none. A log without its counter is of a life that nobody knows any more. */
const position = `
local function position(meta, log, epoch)
  local at = redis.call('HMGET', meta, 'epoch', 'off', 'bytes')
  if at[1] then return at[1], tonumber(at[2]), tonumber(at[3]) end
  redis.call('DEL', log)
  redis.call('HSET', meta, 'epoch', epoch, 'off', 0, 'bytes', 0)
  return epoch, 0, 0
end
`

/**
 * Keys: meta, log, record of the idempotency key or ''. Arguments: data, new epoch, messages, bytes, ms of the log, ms of the counter,
 * ms of the record, channel. Answers epoch and offset.
 */
export const publish: Script = script(`${position}
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
redis.call('PUBLISH', ARGV[8], epoch .. ' ' .. text .. ' ' .. ARGV[1])
return {epoch, text}
`)

/** Keys: meta, log. Arguments: new epoch, first offset wanted, messages, bytes, ms of the counter. Answers epoch, offset, then offset and data of each message. */
export const read: Script = script(`${position}
local epoch, off = position(KEYS[1], KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
local answer = {epoch, string.format('%.0f', off)}
local room = tonumber(ARGV[4])
if tonumber(ARGV[3]) > 0 then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])) do
    room = room - #entry[2][2]
    if room < 0 then break end
    answer[#answer + 1] = string.match(entry[1], '^%d+')
    answer[#answer + 1] = entry[2][2]
  end
end
return answer
`)

/** Keys: metas. Argument: ms of the counter, which does not end while somebody listens. Answers epoch and offset of each, '' for none. */
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

const owned = `
local function owned(node, link)
  local now = redis.call('HMGET', KEYS[1], 'node', 'link')
  return now[1] == node and now[2] == link
end
`

/** Keys: session, order of its results. Arguments: ms, how many results, seqs and results, then the fields of the hash. */
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

/** Key: session. Answers the fields of the hash. */
export const getSession: Script = script(`return redis.call('HGETALL', KEYS[1])`)

/** Keys: session, results. Arguments: the owner as it was seen, the new one (node, link, and at), ms. Answers the fields, or 0 where the owner is another by now. */
export const takeSession: Script = script(`${owned}
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
if not owned(ARGV[1], ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'node', ARGV[3], 'link', ARGV[4], 'at', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return redis.call('HGETALL', KEYS[1])
`)

/** Keys: session, results. Arguments: node, link, ms, seq, results to keep, the result if any. Answers whether it was recorded. */
export const recordApplied: Script = script(`${owned}
if not owned(ARGV[1], ARGV[2]) then return 0 end
if tonumber(ARGV[4]) > tonumber(redis.call('HGET', KEYS[1], 'last')) then redis.call('HSET', KEYS[1], 'last', ARGV[4]) end
if ARGV[6] then
  -- What is recorded again, because the answer was lost, is not counted again.
  if redis.call('HSET', KEYS[1], 'r' .. ARGV[4], ARGV[6]) == 1 then redis.call('RPUSH', KEYS[2], ARGV[4]) end
  while redis.call('LLEN', KEYS[2]) > tonumber(ARGV[5]) do
    redis.call('HDEL', KEYS[1], 'r' .. redis.call('LPOP', KEYS[2]))
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
`)

/** Keys: session, results. Arguments: node, link, ms; without ms the session ends. */
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

/** Key: record. Argument: ms of the reservation. Answers what is there: 'p' for reserved, 'r' and the answer; '' where it is reserved now. */
export const claimKey: Script = script(`
local found = redis.call('GET', KEYS[1])
if found then return found end
redis.call('SET', KEYS[1], 'p', 'PX', ARGV[1])
return ''
`)

/** Key: record. Arguments: ms and the answer; without them the reservation is given up. */
export const recordKey: Script = script(`
if ARGV[2] then
  redis.call('SET', KEYS[1], 'r' .. ARGV[2], 'PX', ARGV[1])
elseif redis.call('GET', KEYS[1]) == 'p' then
  redis.call('DEL', KEYS[1])
end
return 1
`)

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

/** Arguments: channel, message. Answers how many listen. */
export const broadcast: Script = script(`return redis.call('PUBLISH', ARGV[1], ARGV[2])`)

/**
 * Lua scripts. Redis runs each one as a whole, so a crash leaves no half-finished change. The first write must be one that Redis refuses
 * when its memory is full (not `DEL`), because it refuses none of the later ones.
 */
import { createHash } from 'node:crypto'

export interface Script {
  text: string
  /** The SHA-1 of the text, for EVALSHA. */
  sha: string
}

export const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** Publishes with sharded pub/sub where the argument asks for it. Redis 6 has none. */
export const sendTo = `
local function sendTo(command, channel, message)
  return redis.call(redis.REDIS_VERSION_NUM and command or 'PUBLISH', channel, message)
end
`

/** Key: channel, which selects the server in a cluster. Arguments: PUBLISH or SPUBLISH, message. Returns the number of subscribers. */
export const publishToChannel: Script = script(`${sendTo}return sendTo(ARGV[1], KEYS[1], ARGV[2])`)

/** Lua scripts. Redis runs each one as a whole, so a crash leaves no half-finished change. */
import { createHash } from 'node:crypto'

export interface Script {
  text: string
  /** The SHA-1 of the text, for EVALSHA. */
  sha: string
}

export const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** Arguments: channel, message. Returns the number of subscribers. */
export const publishToChannel: Script = script(`return redis.call('PUBLISH', ARGV[1], ARGV[2])`)

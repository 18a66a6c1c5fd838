/** A Lua script that runs in Redis: one for each step that must be whole. */
import { createHash } from 'node:crypto'

export interface Script {
  text: string
  /** By which Redis knows it again. */
  sha: string
}

export const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** Arguments: channel, message. Answers how many listen. */
export const broadcast: Script = script(`return redis.call('PUBLISH', ARGV[1], ARGV[2])`)

/** Encodes the members of a stream as `pres` frames, once for all clients. A long list is split, so that no frame is long. */

import { TextFrame } from '../connection/textFrame.ts'

/** A list of a `pres` frame: its name in the protocol, and the members as JSON text. */
export type PresenceList = readonly [name: 'all' | 'in' | 'out', members: readonly string[]]

/** The longest text of a frame, in bytes. Only a single member that is longer exceeds it. */
const LONGEST_FRAME = 65_536
/** The bytes of the lists without their members. */
const SYNTAX = ',"all":[],"in":[],"out":[]}'.length

/** Splits the lists into frames. `all` is continued as `in`, because a client replaces its list when it receives `all`. */
export const encodePresence = (stream: string, lists: readonly PresenceList[]): readonly TextFrame[] => {
  const start = `{"t":"pres","s":${JSON.stringify(stream)}`
  const space = LONGEST_FRAME - SYNTAX - Buffer.byteLength(start)
  const frames: TextFrame[] = []
  let text = start
  let bytes = 0
  for (const [name, members] of lists) {
    text += `,"${name}":[`
    let separator = ''
    for (const member of members) {
      const size = Buffer.byteLength(member) + 1
      if (bytes > 0 && bytes + size > space) {
        frames.push(new TextFrame(`${text}]}`))
        text = `${start},"${name === 'all' ? 'in' : name}":[`
        separator = ''
        bytes = 0
      }
      text += separator + member
      separator = ','
      bytes += size
    }
    text += ']'
  }
  frames.push(new TextFrame(`${text}}`))
  return frames
}

/** Writes the frames for a client that uses the protocol. */

import type { TextFrame } from '../connection/textFrame.ts'
import type { Stats } from '../metrics/stats.ts'
import type { ClientSink } from '../peers/clientHandle.ts'

/** @param send sends a frame, or frames that belong together */
export const createFrameWriter = (
  stats: Stats,
  send: (frame: string | TextFrame | readonly TextFrame[]) => void,
): ClientSink => ({
  message: (frame) => {
    stats.sent++
    send(frame)
  },
  reset: (s, { epoch, offset }, reason) => send(JSON.stringify({ t: 'reset', s, epoch, off: offset, why: reason })),
  emit: (data) => send(`{"t":"emit","d":${data}}`),
  joined: (s, at) => send(JSON.stringify({ t: 'sub', s, at })),
  presence: send,
})

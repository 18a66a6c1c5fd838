/** How a client that speaks the protocol is spoken to. */

import type { Speech } from '../peers/clientHandle.ts'
import type { Stats } from '../context/stats.ts'

/** @param say sends a frame */
export const createSpeech = (stats: Stats, say: (frame: string | Buffer) => void): Speech => ({
  message: (frame) => {
    stats.sent++
    say(frame)
  },
  reset: (s, { epoch, offset }, why) => say(JSON.stringify({ t: 'reset', s, epoch, off: offset, why })),
  emit: (data) => say(`{"t":"emit","d":${data}}`),
  joined: (s, at) => say(JSON.stringify({ t: 'sub', s, at })),
  present: say,
})

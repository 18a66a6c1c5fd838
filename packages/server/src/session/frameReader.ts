/** Reads the frames of a client that uses the protocol. A bad frame closes the link. */

import type { Message } from '../connection/inbox.ts'
import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import { type ClientFrame, readFrame } from '../protocol/frames.ts'
import { BadFrameError } from '../protocol/json.ts'

/** A `ping` or `pong` frame in the usual form. In another form it is valid too, but is handled after the earlier frames. */
const HEARTBEAT = /^\{\s*"t"\s*:\s*"p[io]ng"\s*(,\s*"id"\s*:\s*("[^"\\]{0,64}"|\d{1,16})\s*)?\}$/

export interface FrameReader {
  /** Reads a message now if it cannot wait for earlier frames: a heartbeat, or any frame before `welcome`. Returns false for the others. */
  readNow(message: Message): boolean
  /** Resolves when the frame is handled. Never rejects. */
  read(text: string): Promise<void>
}

export interface FrameReaderOptions {
  context: HubContext
  link: Link
  /** Whether `welcome` was sent. */
  isActive(): boolean
  /** @throws BadFrameError for a frame that is not allowed now */
  handle(frame: ClientFrame): Promise<void> | undefined
  /** Called with any other error. */
  fail(error: unknown): void
}

export const createFrameReader = ({ context, link, isActive, handle, fail }: FrameReaderOptions): FrameReader => {
  const { limits, stats } = context
  const closeBadFrame = (reason: string): void => {
    stats.badFrames++
    link.close(CLOSE_CODES.badFrame, reason)
    void link.halt()
  }
  const read = async (text: string): Promise<void> => {
    try {
      const frame = readFrame(text, limits)
      if (frame) await handle(frame)
    } catch (error) {
      if (error instanceof BadFrameError) closeBadFrame(error.message)
      else fail(error)
    }
  }
  return {
    readNow: (message) => {
      if (typeof message !== 'string') closeBadFrame('binary')
      else if (!isActive() || HEARTBEAT.test(message)) void read(message)
      else return false
      return true
    },
    read,
  }
}

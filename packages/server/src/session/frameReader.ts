/** Reads the frames of a client that uses the protocol. A bad frame closes the link. */

import type { Message } from '../connection/inbox.ts'
import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import { type ClientFrame, readFrame } from '../protocol/frames.ts'
import { BadFrameError } from '../protocol/json.ts'

/** A `ping` or `pong` frame in the usual form. In another form it is valid too, but is handled after the earlier frames. */
const HEARTBEAT = /^\{\s*"t"\s*:\s*"p[io]ng"\s*(,\s*"id"\s*:\s*("[^"\\]{0,64}"|\d{1,16})\s*)?\}$/

/** The client whose frames are read. */
export interface FrameHost {
  readonly link: Link
  /** Whether `welcome` was sent. */
  readonly isActive: boolean
  /** @throws BadFrameError for a frame that is not allowed now */
  handleFrame(frame: ClientFrame): Promise<void> | undefined
}

const closeBadFrame = ({ link }: FrameHost, reason: string): void => {
  link.closeFaulty('badFrames', CLOSE_CODES.badFrame, reason)
  void link.halt()
}

/** Resolves when the frame is handled. Never rejects. */
export const readText = async (context: HubContext, host: FrameHost, text: string): Promise<void> => {
  try {
    const frame = readFrame(text, context.limits)
    if (frame) await host.handleFrame(frame)
  } catch (error) {
    if (error instanceof BadFrameError) closeBadFrame(host, error.message)
    else host.link.fail(error)
  }
}

/** Reads a message now if it cannot wait for earlier frames: a heartbeat, or any frame before `welcome`. Returns false for the others. */
export const readNow = (context: HubContext, host: FrameHost, message: Message): boolean => {
  if (typeof message !== 'string') closeBadFrame(host, 'binary')
  else if (!host.isActive || HEARTBEAT.test(message)) void readText(context, host, message)
  else return false
  return true
}

/** A client in a stream: while it is joining, what comes live is kept back; afterwards it goes straight through. */

import type { Position, StoredMessage } from '../store/store.ts'

/** How a client is spoken to, in its own way of speaking. */
export interface Voice {
  /** @param frame the `msg` frame; a plain client gets the data alone */
  message(frame: Buffer, data: string): void
  reset(stream: string, position: Position, why: string): void
}

export interface Member {
  readonly stream: string
  readonly voice: Voice
  /** True when what was read of the history does not fit any more: it is to be read again. */
  readonly stale: boolean
  /** Before each reading of the history: keeps back what comes from here on. */
  prepare(): void
  /** A message of the stream, in order, maybe known. */
  hear(epoch: string, message: StoredMessage, frame: Buffer): void
  /** The stream goes on from elsewhere. */
  reset(position: Position, why: string): void
  /** Goes on from a position with what was kept back. */
  live(position: Position): void
}

/** @param most what may be kept back; beyond, the history is to be read again */
export const createMember = (stream: string, voice: Voice, most: { messages: number; bytes: number }): Member => {
  let epochNow = ''
  let offNow = 0
  let buffer: { epoch: string; message: StoredMessage; frame: Buffer }[] | undefined
  let bytes = 0

  const go = ({ epoch, offset }: Position): void => {
    epochNow = epoch
    offNow = offset
  }
  const member = {
    stream,
    voice,
    stale: false,
    prepare: () => {
      buffer = []
      bytes = 0
      member.stale = false
    },
    hear: (epoch: string, message: StoredMessage, frame: Buffer) => {
      if (buffer) {
        bytes += message.data.length
        if (buffer.length < most.messages && bytes <= most.bytes) buffer.push({ epoch, message, frame }) // R1
        else member.stale = true
        return
      }
      if (epoch === epochNow && message.offset <= offNow) return // R1
      epochNow = epoch
      offNow = message.offset
      voice.message(frame, message.data)
    },
    reset: (position: Position, why: string) => {
      if (buffer) {
        member.stale = true
        return
      }
      if (position.epoch === epochNow && position.offset <= offNow) return
      go(position)
      voice.reset(stream, position, why)
    },
    live: (position: Position) => {
      const kept = buffer ?? []
      buffer = undefined
      go(position)
      for (const { epoch, message, frame } of kept) if (epoch === epochNow) member.hear(epoch, message, frame)
    },
  }
  return member
}

/** The `msg` frame, written and put into bytes once for all who get it. */
export const messageFrame = (stream: string, { offset, data }: StoredMessage, replayed = false): Buffer =>
  Buffer.from(`{"t":"msg","s":${JSON.stringify(stream)},"off":${offset},"d":${data}${replayed ? ',"re":1' : ''}}`)

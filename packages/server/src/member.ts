/** A client in a stream: while it is joining, what comes live is kept back; afterwards it goes straight through. */

import type { Position, StoredMessage } from './store.ts'

/** How a client is spoken to, in its own way of speaking. */
export interface Voice {
  /** @param frame the `msg` frame; a plain client gets the data alone */
  message(frame: string, data: string): void
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
  hear(epoch: string, message: StoredMessage, frame: string): void
  /** The stream goes on from elsewhere. */
  reset(position: Position, why: string): void
  /** Goes on from a position with what was kept back. */
  live(position: Position): void
}

/** @param most what may be kept back; beyond, the history is to be read again */
export const createMember = (stream: string, voice: Voice, most: { messages: number; bytes: number }): Member => {
  let at: Position = { epoch: '', off: 0 }
  let buffer: { epoch: string; message: StoredMessage; frame: string }[] | undefined
  let bytes = 0
  let stale = false

  const member: Member = {
    stream,
    voice,
    get stale() {
      return stale
    },
    prepare: () => {
      buffer = []
      bytes = 0
      stale = false
    },
    hear: (epoch, message, frame) => {
      if (buffer) {
        bytes += message.data.length
        if (buffer.length < most.messages && bytes <= most.bytes) buffer.push({ epoch, message, frame }) // R1
        else stale = true
        return
      }
      if (epoch === at.epoch && message.off <= at.off) return // R1
      at = { epoch, off: message.off }
      voice.message(frame, message.data)
    },
    reset: (position, why) => {
      if (buffer) {
        stale = true
        return
      }
      if (position.epoch === at.epoch && position.off <= at.off) return
      at = position
      voice.reset(stream, position, why)
    },
    live: (position) => {
      const kept = buffer ?? []
      buffer = undefined
      at = position
      for (const { epoch, message, frame } of kept) if (epoch === at.epoch) member.hear(epoch, message, frame)
    },
  }
  return member
}

/** The `msg` frame, written once for all who get it. */
export const messageFrame = (stream: string, { off, data }: StoredMessage, replayed = false): string =>
  `{"t":"msg","s":${JSON.stringify(stream)},"off":${off},"d":${data}${replayed ? ',"re":1' : ''}}`

/** Writes the frames for a client that uses the protocol. */

import type { Link } from '../connection/link.ts'
import type { TextFrame } from '../connection/textFrame.ts'
import type { Stats } from '../metrics/stats.ts'
import type { ClientSink } from '../peers/clientHandle.ts'
import type { ResumeResult } from '../protocol/decideResume.ts'
import type { Position } from '../store/store.ts'

export class FrameWriter implements ClientSink {
  private readonly _stats: Stats
  private readonly _link: Link

  constructor(stats: Stats, link: Link) {
    this._stats = stats
    this._link = link
  }

  message(frame: TextFrame): void {
    this._stats.sent++
    this._link.send(frame)
  }

  reset(s: string, { epoch, offset }: Position, reason: string): void {
    this.write({ t: 'reset', s, epoch, off: offset, why: reason })
  }

  emit(data: string): void {
    this._link.send(`{"t":"emit","d":${data}}`)
  }

  joined(s: string, at: ResumeResult): void {
    this.write({ t: 'sub', s, at })
  }

  presence(frame: string): void {
    this._link.send(frame)
  }

  write(frame: object): void {
    this._link.send(JSON.stringify(frame))
  }
}

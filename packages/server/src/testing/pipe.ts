/** One direction of a proxied connection: passes bytes from one socket to the other and applies the rules to them. */
import type { Socket } from 'node:net'
import { type QueueEntry, createDelayQueue } from './delayQueue.ts'
import type { EventLog } from './eventLog.ts'
import type { Direction, FaultEvent, FaultRule, Frame } from './faultRule.ts'
import { frameOf } from './frameOf.ts'
import { createFrameScanner, type Piece } from './frameScanner.ts'

export interface Pipe {
  /** Called when the rules have changed. */
  applyRules(): void
  /** Stops passing bytes and clears all timers. */
  stop(): void
}

export interface PipeOptions {
  connection: number
  direction: Direction
  from: Socket
  to: Socket
  /** Returns the current rules, oldest first. */
  rules: () => readonly FaultRule[]
  log: EventLog
  /** Closes the connection on both sides. */
  cut: (reset: boolean) => void
}

const REORDER_MS = 50

export const createPipe = ({ connection, direction, from, to, rules, log, cut }: PipeOptions): Pipe => {
  const scanner = createFrameScanner()
  const counts = new Map<FaultRule, { frames: number; bytes: number }>()
  const queue = createDelayQueue(from, to)
  /** The frame that `reorder` holds back. */
  let held: { piece: Piece; frame: Frame; timer: NodeJS.Timeout } | undefined
  let frames = 0
  let stopped = false
  /** A final chunk is queued, after which the connection is cut. Further input is ignored. */
  let isCutting = false
  /** The sender has closed its side, and the close is not passed on yet. */
  let isEndPending = false

  const rulesOf = <F extends FaultRule['fault']>(fault: F): Extract<FaultRule, { fault: F }>[] =>
    rules().filter((rule) => rule.fault === fault && 'direction' in rule && rule.direction === direction) as Extract<
      FaultRule,
      { fault: F }
    >[]
  const record = (what: FaultEvent['what'], bytes: number, frame?: Frame): void => {
    const { opcode, t, s } = frame ?? {}
    log.add({
      what,
      connection,
      direction,
      bytes,
      ...(opcode === undefined ? {} : { opcode }),
      ...(t === undefined ? {} : { t }),
      ...(s === undefined ? {} : { s }),
    })
  }

  /** Queues an entry behind all earlier ones, with the delay of the rules. */
  const enqueue = (entry: QueueEntry): void => {
    const delay = Math.max(0, ...rulesOf('delay').map(({ ms }) => ms))
    if (delay > 0 && entry.bytes) record('delayed', entry.bytes.length)
    queue.add(entry, delay)
  }

  const halt = (): void => {
    stopped = true
    queue.stop()
  }

  const releaseHeld = (): void => {
    if (!held) return
    clearTimeout(held.timer)
    const { piece } = held
    held = undefined
    enqueue({ bytes: piece.bytes })
  }

  /** Sends the last bytes and cuts the connection after the kernel has accepted them. */
  const cutAfter = (what: 'cut' | 'truncated', bytes: Buffer, reset: boolean, frame?: Frame): void => {
    isCutting = true
    releaseHeld()
    enqueue({
      bytes,
      action() {
        halt()
        record(what, bytes.length, frame)
        // The callback of an empty write runs after all earlier writes.
        if (to.writable) to.write('', () => cut(reset))
        else cut(reset)
      },
    })
  }

  const countFor = (rule: FaultRule): { frames: number; bytes: number } => {
    let count = counts.get(rule)
    if (!count) counts.set(rule, (count = { frames: 0, bytes: 0 }))
    return count
  }

  /** Applies the rule `cut`. Returns whether this piece was the last one. */
  const cutIfDue = (piece: Piece, frame: Frame | undefined): boolean => {
    for (const rule of rulesOf('cut')) {
      const count = countFor(rule)
      const { frames: maxFrames = Infinity, bytes: maxBytes = maxFrames === Infinity ? 0 : Infinity } = rule
      const remaining = frame && maxFrames === 0 ? 0 : maxBytes - count.bytes
      count.bytes += piece.bytes.length
      if (frame) count.frames++
      if (piece.bytes.length >= remaining || (frame && count.frames >= maxFrames)) {
        const last = piece.bytes.subarray(0, Math.min(remaining, piece.bytes.length))
        cutAfter('cut', last, rule.reset ?? false, frame)
        return true
      }
    }
    return false
  }

  /** Applies the rule `reorder`. */
  const passFrame = (piece: Piece, frame: Frame): void => {
    const reorder = rulesOf('reorder')[0]
    if (held) {
      if (frame.s !== undefined && frame.s !== held.frame.s) {
        enqueue({ bytes: piece.bytes })
        record('reordered', piece.bytes.length, frame)
        releaseHeld()
        return
      }
      releaseHeld()
    }
    if (reorder && frame.s !== undefined) {
      held = { piece, frame, timer: setTimeout(releaseHeld, reorder.ms ?? REORDER_MS) }
    } else enqueue({ bytes: piece.bytes })
  }

  const pass = (piece: Piece): void => {
    if (stopped || isCutting) return
    const frame = piece.kind === 'frame' ? frameOf(piece, connection, direction, ++frames) : undefined
    const size = piece.bytes.length
    if (rulesOf('swallow').length > 0) return record('swallowed', size, frame)
    if (cutIfDue(piece, frame)) return
    if (!frame) {
      releaseHeld()
      return enqueue({ bytes: piece.bytes })
    }
    const truncate = rulesOf('truncate').find((rule) => rule.frame?.(frame) ?? true)
    if (truncate) return cutAfter('truncated', piece.bytes.subarray(0, truncate.bytes ?? size >> 1), false, frame)
    record('frame', size, frame)
    passFrame(piece, frame)
    if (rulesOf('duplicate').some((rule) => rule.frame?.(frame) ?? true)) {
      releaseHeld()
      enqueue({ bytes: piece.bytes })
      record('duplicated', size, frame)
    }
  }

  const passEnd = (): void => {
    if (!isEndPending || stopped || isCutting || rulesOf('swallow').length > 0) return
    isEndPending = false
    releaseHeld()
    enqueue({
      action: () => {
        to.end()
      },
    })
  }

  from.on('data', (chunk: Buffer) => {
    for (const piece of scanner.scan(chunk)) pass(piece)
  })
  from.on('end', () => {
    for (const piece of scanner.flush()) pass(piece)
    isEndPending = true
    if (rulesOf('swallow').length > 0) record('swallowed', 0)
    passEnd()
  })

  return {
    applyRules() {
      for (const rule of counts.keys()) if (!rules().includes(rule)) counts.delete(rule)
      passEnd()
    },
    stop() {
      halt()
      clearTimeout(held?.timer)
    },
  }
}

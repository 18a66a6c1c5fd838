/** One way of a connection through the proxy: what comes in at one socket goes out at the other, but for the faults. */
import type { Socket } from 'node:net'
import type { EventLog } from './eventLog.ts'
import type { FaultRule, Frame, Way } from './faultRule.ts'
import { frameOf } from './frameOf.ts'
import { createFrameScanner, type Piece } from './frameScanner.ts'
import { type Parcel, createParcels } from './parcels.ts'

export interface Lane {
  /** Looks at the rules again, which have changed. */
  settle(): void
  /** Nothing more is passed on, and no timer is left. */
  stop(): void
}

export interface LaneSettings {
  connection: number
  way: Way
  from: Socket
  to: Socket
  /** Those that are in force, oldest first. */
  rules: () => readonly FaultRule[]
  log: EventLog
  /** Ends the connection on both sides. */
  cut: (reset: boolean) => void
}

const OVERTAKING_MS = 50

export function createLane({ connection, way, from, to, rules, log, cut }: LaneSettings): Lane {
  const scanner = createFrameScanner()
  const passed = new Map<FaultRule, { frames: number; bytes: number }>()
  const parcels = createParcels(from, to)
  let held: { piece: Piece; frame: Frame; timer: NodeJS.Timeout } | undefined
  let frames = 0
  let stopped = false
  /** The last that goes this way is on it. */
  let over = false
  /** The sender has ended, which is not passed on yet. */
  let ended = false

  const mine = <F extends FaultRule['fault']>(fault: F): Extract<FaultRule, { fault: F }>[] =>
    rules().filter((rule) => rule.fault === fault && 'way' in rule && rule.way === way) as Extract<
      FaultRule,
      { fault: F }
    >[]
  const told = (what: Parameters<EventLog['add']>[0]['what'], bytes: number, frame?: Frame): void => {
    const { opcode, t, s } = frame ?? {}
    log.add({
      what,
      connection,
      way,
      bytes,
      ...(opcode === undefined ? {} : { opcode }),
      ...(t === undefined ? {} : { t }),
      ...(s === undefined ? {} : { s }),
    })
  }

  /** Sends after what was sent before, delayed where a rule says so. */
  function put(parcel: Parcel): void {
    const delay = Math.max(0, ...mine('delay').map(({ ms }) => ms))
    if (delay > 0 && parcel.bytes) told('delayed', parcel.bytes.length)
    parcels.put(parcel, delay)
  }

  function halt(): void {
    stopped = true
    parcels.stop()
  }

  /** Sends the last bytes, and cuts when they are with the kernel. */
  function cutAfter(what: 'cut' | 'truncated', bytes: Buffer, reset: boolean, frame?: Frame): void {
    over = true
    letGo()
    put({
      bytes,
      act() {
        halt()
        told(what, bytes.length, frame)
        // It comes back when all before it has gone.
        if (to.writable) to.write('', () => cut(reset))
        else cut(reset)
      },
    })
  }

  function letGo(): void {
    if (!held) return
    clearTimeout(held.timer)
    const { piece } = held
    held = undefined
    put({ bytes: piece.bytes })
  }

  function countFor(rule: FaultRule): { frames: number; bytes: number } {
    let count = passed.get(rule)
    if (!count) passed.set(rule, (count = { frames: 0, bytes: 0 }))
    return count
  }

  /** Whether the piece was the last one. */
  function cutHere(piece: Piece, frame: Frame | undefined): boolean {
    for (const rule of mine('cut')) {
      const count = countFor(rule)
      const { frames: most = Infinity, bytes = most === Infinity ? 0 : Infinity } = rule
      const room = frame && most === 0 ? 0 : bytes - count.bytes
      count.bytes += piece.bytes.length
      if (frame) count.frames++
      if (piece.bytes.length >= room || (frame && count.frames >= most)) {
        cutAfter('cut', piece.bytes.subarray(0, Math.min(room, piece.bytes.length)), rule.reset ?? false, frame)
        return true
      }
    }
    return false
  }

  function pass(piece: Piece, frame: Frame): void {
    const reorder = mine('reorder')[0]
    if (held) {
      if (frame.s !== undefined && frame.s !== held.frame.s) {
        put({ bytes: piece.bytes })
        told('reordered', piece.bytes.length, frame)
        letGo()
        return
      }
      letGo()
    }
    if (reorder && frame.s !== undefined) held = { piece, frame, timer: setTimeout(letGo, reorder.ms ?? OVERTAKING_MS) }
    else put({ bytes: piece.bytes })
  }

  function take(piece: Piece): void {
    if (stopped || over) return
    const frame = piece.kind === 'frame' ? frameOf(piece, connection, way, ++frames) : undefined
    const size = piece.bytes.length
    if (mine('swallow').length > 0) return told('swallowed', size, frame)
    if (cutHere(piece, frame)) return
    if (!frame) {
      letGo()
      return put({ bytes: piece.bytes })
    }
    const truncate = mine('truncate').find((rule) => rule.frame?.(frame) ?? true)
    if (truncate) return cutAfter('truncated', piece.bytes.subarray(0, truncate.bytes ?? size >> 1), false, frame)
    told('frame', size, frame)
    pass(piece, frame)
    if (mine('duplicate').some((rule) => rule.frame?.(frame) ?? true)) {
      letGo()
      put({ bytes: piece.bytes })
      told('duplicated', size, frame)
    }
  }
  function end(): void {
    if (!ended || stopped || over || mine('swallow').length > 0) return
    ended = false
    letGo()
    put({
      act: () => {
        to.end()
      },
    })
  }

  from.on('data', (chunk: Buffer) => {
    for (const piece of scanner.take(chunk)) take(piece)
  })
  from.on('end', () => {
    for (const piece of scanner.rest()) take(piece)
    ended = true
    if (mine('swallow').length > 0) told('swallowed', 0)
    end()
  })

  return {
    settle() {
      for (const rule of passed.keys()) if (!rules().includes(rule)) passed.delete(rule)
      end()
    },
    stop() {
      halt()
      clearTimeout(held?.timer)
    },
  }
}

/** The members of one stream, as the clients of this node have received them. The changes of half a second are sent together. */

import type { Timers } from '../clock.ts'
import type { TextFrame } from '../connection/textFrame.ts'
import { type PresenceList, encodePresence } from './presenceFrames.ts'

/** A user, as the other members of a stream see them. */
export interface PresenceMember {
  id: string
  info?: unknown
}

/** Receives the `pres` frames of a stream. They belong together: one list, or one set of changes. */
export type PresenceListener = (frames: readonly TextFrame[]) => void

/** Shared by all streams of a node. */
export interface StreamPresenceHost {
  readonly timers: Timers
  /** Reads the members of a stream from the store. Each id occurs once. */
  readMembers(stream: string): Promise<Iterable<PresenceMember>>
  /** Returns the JSON text of a member. */
  textOf(member: PresenceMember): string
  /** Receives each read, which rejects when the store fails. */
  track(reading: Promise<void>): void
}

/** The time between two reads of the list, in ms. */
const INTERVAL = 500

/** Returns a function that serialises members. Stores return the same object until a member changes, so each is serialised once. */
export const createTextOf = (): ((member: PresenceMember) => string) => {
  const texts = new WeakMap<PresenceMember, string>()
  return (member) => {
    const text = texts.get(member) ?? JSON.stringify(member)
    texts.set(member, text)
    return text
  }
}

export class StreamPresence {
  private readonly _stream: string
  private readonly _host: StreamPresenceHost
  /** By connection. */
  private readonly _listeners = new Map<string, PresenceListener>()
  /** The connections that have no list yet. */
  private readonly _newListeners = new Set<string>()
  /** The JSON text of the members that were sent, by id. */
  private _members: ReadonlyMap<string, string> = new Map()
  private _state: 'idle' | 'reading' | 'waiting' = 'idle'
  private _mustRepeat = false
  private _hasFailed = false
  private _cancelWait: (() => void) | undefined

  constructor(stream: string, host: StreamPresenceHost) {
    this._stream = stream
    this._host = host
  }

  get isEmpty(): boolean {
    return this._listeners.size === 0
  }

  has(id: string): boolean {
    return this._listeners.has(id)
  }

  /** Adds a connection. With the next read it gets the full list, then changes. */
  add(id: string, listener: PresenceListener): void {
    this._listeners.set(id, listener)
    this._newListeners.add(id)
  }

  /** Returns false if the connection was not added. After the last one no timer is left. */
  remove(id: string): boolean {
    this._newListeners.delete(id)
    const removed = this._listeners.delete(id)
    if (this.isEmpty) this._cancelWait?.()
    return removed
  }

  /** Reads the list if it is not being read, and the connection still has none. */
  sendListTo(id: string): void {
    if (this._newListeners.has(id) && this._state !== 'reading') this.refresh()
  }

  /** The list may have changed. It is read now, or at the end of the interval since the last read. */
  refresh(): void {
    if (this._state === 'idle') this._host.track(this._read())
    else this._mustRepeat = true
  }

  private async _read(): Promise<void> {
    const { timers, readMembers } = this._host
    this._state = 'reading'
    this._mustRepeat = false
    try {
      this._publish(await readMembers(this._stream))
      this._hasFailed = false
    } catch (error) {
      this._mustRepeat = true
      // Only the first error of an outage is reported.
      if (this._hasFailed) return
      this._hasFailed = true
      throw error
    } finally {
      this._state = 'waiting'
      if (!this.isEmpty) this._cancelWait = timers.after(INTERVAL, () => this._onIntervalEnd())
    }
  }

  private _onIntervalEnd(): void {
    this._state = 'idle'
    if (this._mustRepeat) this.refresh()
  }

  private _publish(members: Iterable<PresenceMember>): void {
    const { _stream: stream } = this
    const before = this._members
    const now = new Map<string, string>()
    const joined: string[] = []
    for (const member of members) {
      const text = this._host.textOf(member)
      if (before.get(member.id) !== text) joined.push(text)
      now.set(member.id, text)
    }
    const left = [...before].flatMap(([id, text]) => (now.has(id) ? [] : [text]))
    this._members = now
    const lists: readonly PresenceList[] = [
      ['in', joined],
      ['out', left],
    ]
    const changes = lists.filter(([, list]) => list.length > 0)
    let changeFrames: readonly TextFrame[] | undefined
    let allFrames: readonly TextFrame[] | undefined
    for (const [id, listener] of this._listeners) {
      if (this._newListeners.delete(id)) {
        listener((allFrames ??= encodePresence(stream, [['all', [...now.values()]]])))
      } else if (changes.length > 0) listener((changeFrames ??= encodePresence(stream, changes)))
    }
  }
}

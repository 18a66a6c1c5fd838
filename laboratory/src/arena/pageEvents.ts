/** The page of the clients: whether it is online and visible, and the events about it. Each listener runs as the code of its client. */

import type { ArenaClock } from './clock.ts'

/** The events of the window and the document that the arena emits. The platform's own do not reach the clients. */
const TYPES = ['online', 'offline', 'visibilitychange', 'resume', 'pageshow', 'pagehide', 'freeze', 'focus', 'blur']

/** Chromium fires the timers of a hidden page once a second. */
const HIDDEN_PERIOD = 1000

interface Entry {
  type: string
  listener: EventListenerOrEventListenerObject
  owner: string
  isOnce: boolean
}

export interface PageEvents {
  readonly isOnline: boolean
  readonly isHidden: boolean
  /** When the computer wakes up, or woke up last, in ms. */
  readonly wakeAt: number
  setOnline(isOnline: boolean): void
  setHidden(isHidden: boolean): void
  /** Timers fire late until `wakeAt`. `wake` emits the events of a page that continues. */
  sleep(wakeAt: number): void
  wake(): void
  /** Replaces `addEventListener` and `removeEventListener` for the events. Returns a function that restores them. */
  install(target: EventTarget): () => void
}

export const createPageEvents = (clock: ArenaClock): PageEvents => {
  const entries = new Set<Entry>()
  let isOnline = true
  let isHidden = false
  let wakeAt = 0

  clock.setDelay((at) => {
    if (at < wakeAt) return wakeAt
    return isHidden ? Math.ceil(at / HIDDEN_PERIOD) * HIDDEN_PERIOD : at
  })
  const emit = (type: string): void => {
    const event = new Event(type)
    for (const entry of [...entries]) {
      if (entry.type !== type) continue
      if (entry.isOnce) entries.delete(entry)
      const { listener, owner } = entry
      const call = (): void => (typeof listener === 'function' ? listener(event) : listener.handleEvent(event))
      clock.schedule(owner, call, 0)
    }
  }
  const add = (type: string, listener: Entry['listener'], isOnce: boolean): void => {
    for (const entry of entries) if (entry.type === type && entry.listener === listener) return
    entries.add({ type, listener, owner: clock.owner, isOnce })
  }
  return {
    get isOnline() {
      return isOnline
    },
    get isHidden() {
      return isHidden
    },
    get wakeAt() {
      return wakeAt
    },
    setOnline: (next) => {
      if (next === isOnline) return
      isOnline = next
      emit(next ? 'online' : 'offline')
    },
    setHidden: (next) => {
      if (next === isHidden) return
      isHidden = next
      emit('visibilitychange')
    },
    sleep: (until) => {
      wakeAt = Math.max(wakeAt, until)
    },
    wake: () => {
      for (const type of ['resume', 'visibilitychange', 'online']) emit(type)
    },
    install: (target) => {
      const { addEventListener, removeEventListener } = target
      target.addEventListener = (type, listener, options) => {
        if (!TYPES.includes(type)) return addEventListener.call(target, type, listener, options)
        if (listener) add(type, listener, typeof options === 'object' && options.once === true)
      }
      target.removeEventListener = (type, listener, options) => {
        if (!TYPES.includes(type)) return removeEventListener.call(target, type, listener, options)
        for (const entry of entries) if (entry.type === type && entry.listener === listener) entries.delete(entry)
      }
      return () => Object.assign(target, { addEventListener, removeEventListener })
    },
  }
}

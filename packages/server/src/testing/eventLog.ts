/** The events of a proxy: a bounded log with listeners. */
import type { FaultEvent } from './faultRule.ts'

export interface EventLog {
  /** The newest 10 000 events, oldest first. */
  readonly events: readonly FaultEvent[]
  add(event: Omit<FaultEvent, 'at'>): void
  /** Registers a listener for later events. Returns a function that removes it. */
  on(listener: (event: FaultEvent) => void): () => void
  /** Resolves with the n-th matching event, counting past and future ones. */
  seen(matches: FaultEvent['what'] | ((event: FaultEvent) => boolean), n?: number): Promise<FaultEvent>
}

const MAX_EVENTS = 10_000

export const createEventLog = (): EventLog => {
  const events: FaultEvent[] = []
  const listeners = new Set<(event: FaultEvent) => void>()
  const on: EventLog['on'] = (listener) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
  return {
    events,
    add(event) {
      const entry = { at: Date.now(), ...event }
      if (events.push(entry) > MAX_EVENTS) events.shift()
      for (const listener of [...listeners]) listener(entry)
    },
    on,
    seen(matches, n = 1) {
      const isMatch = typeof matches === 'function' ? matches : (event: FaultEvent) => event.what === matches
      const past = events.filter(isMatch)
      const found = past[n - 1]
      if (found) return Promise.resolve(found)
      let left = n - past.length
      return new Promise((resolve) => {
        const remove = on((event) => {
          if (!isMatch(event) || --left > 0) return
          remove()
          resolve(event)
        })
      })
    },
  }
}

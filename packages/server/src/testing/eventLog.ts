/** What happened at a proxy: kept, bounded, and told. */
import type { FaultEvent } from './faultRule.ts'

export interface EventLog {
  /** The newest 10 000, oldest first. */
  readonly events: readonly FaultEvent[]
  add(event: Omit<FaultEvent, 'at'>): void
  /** Tells of each later event; returns the way out. */
  on(listener: (event: FaultEvent) => void): () => void
  /** Resolves with the n-th event that fits, of those that were and those to come. */
  seen(fits: FaultEvent['what'] | ((event: FaultEvent) => boolean), n?: number): Promise<FaultEvent>
}

const KEPT = 10_000

export function createEventLog(): EventLog {
  const events: FaultEvent[] = []
  const listeners = new Set<(event: FaultEvent) => void>()
  const on = (listener: (event: FaultEvent) => void): (() => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
  return {
    events,
    add(event) {
      const entry = { at: Date.now(), ...event }
      if (events.push(entry) > KEPT) events.shift()
      for (const listener of [...listeners]) listener(entry)
    },
    on,
    seen(fits, n = 1) {
      const fit = typeof fits === 'function' ? fits : (event: FaultEvent) => event.what === fits
      const before = events.filter(fit)
      const found = before[n - 1]
      if (found) return Promise.resolve(found)
      let left = n - before.length
      return new Promise((resolve) => {
        const out = on((event) => {
          if (!fit(event) || --left > 0) return
          out()
          resolve(event)
        })
      })
    },
  }
}

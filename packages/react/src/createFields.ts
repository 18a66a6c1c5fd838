/** The state of a component's client, of which it renders the fields that it has read, and no others. */

import type { Snapshot, WebSocketClient } from '@holdfast/core'

/** What a server renders, where nothing ever opens. */
const CLOSED: Snapshot<never> = {
  status: 'closed',
  lastMessage: undefined,
  received: 0,
  messages: [],
  attempt: 0,
  retryAt: undefined,
  queued: 0,
  latency: undefined,
  lastClose: undefined,
  error: undefined,
}
const CONNECTING: Snapshot<never> = { ...CLOSED, status: 'connecting' }

/** What one render reads. */
interface Reading<In> {
  /** A snapshot that differs in nothing read is the same to it. */
  get(): Snapshot<In>
  /** Notes what is read of it. */
  show<Shown extends object>(snapshot: Snapshot<In>, rest: Shown): Snapshot<In> & Shown
}

export interface Fields<In> {
  subscribe(listener: () => void): () => void
  /** The client may have come further before this part of the page is hydrated. */
  serve(): Snapshot<In>
  /** Once for each render. */
  read(): Reading<In>
}

export const createFields = <In, Out>({ view, subscribe }: WebSocketClient<In, Out>): Fields<In> => {
  /** Some render has read what changes with every message; from then on the component is told of them. */
  let messages = false
  let tell: (() => void) | undefined
  let off: (() => void) | undefined
  const join = (): void => {
    off?.()
    off = tell && subscribe(tell, messages)
  }
  return {
    subscribe: (listener) => {
      tell = listener
      join()
      return () => {
        tell = undefined
        join()
      }
    },
    serve: () => (view().status === 'closed' ? CLOSED : CONNECTING),
    read: () => {
      const seen: Record<string, unknown> = {}
      let shown: Snapshot<In> | undefined
      return {
        get: () => {
          const next = view()
          for (const name in seen) if (next[name as keyof Snapshot] !== seen[name]) return next
          return shown ?? next
        },
        show: (snapshot, rest) => {
          shown = snapshot
          return new Proxy(
            { ...snapshot, ...rest },
            {
              get: (all, name: keyof Snapshot) => {
                if (name in snapshot) seen[name] = snapshot[name]
                if (!messages && /^(lastMessage|received|messages)$/.test(name)) {
                  messages = true
                  join()
                }
                return all[name]
              },
            },
          )
        },
      }
    },
  }
}

/** The state of a component's client, of which it renders the fields that it has read, and no others. */

import { type Snapshot, type Status, type WebSocketClient, createWebSocket } from '@holdfast/core'

/** What a server renders, where nothing ever opens: a client without an address. Made when asked for. */
let closed: Snapshot<never> | undefined
let connecting: Snapshot<never> | undefined
const serve = (status: Status): Snapshot<never> => {
  closed ??= createWebSocket<never>(null).get()
  connecting ??= { ...closed, status: 'connecting' }
  return status === 'closed' ? closed : connecting
}

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
  /** Without a listener, it leaves. */
  const join = (listener?: () => void): (() => void) => {
    tell = listener
    off?.()
    off = listener && subscribe(listener, messages)
    return join
  }
  return {
    subscribe: join,
    serve: () => serve(view().status),
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
                  join(tell)
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

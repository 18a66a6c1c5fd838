/** How views and adapters reach the inside of a client. */

import type { Snapshot } from '../state/snapshot.ts'
import type { AttachedSession } from './session.ts'

/** What views and `@holdfast/core/adapter` use beyond the public type. */
export interface ClientInternals {
  /** Undefined for a client without a session. */
  readonly session: Pick<AttachedSession, 'acquireStream' | 'releaseStream'> | undefined
  /** The snapshot for renderers: the one that subscribers were last notified of, and `connecting` where the first `retain()` is going to dial. */
  getRendered(): Snapshot<never>
  readonly snapshots: {
    /** @param messages false: skip notifications that are caused only by messages @default true */
    subscribe(listener: () => void, messages?: boolean): () => void
  }
}

/**
 * Key of a function that returns the internals. A function, so that `console.log(client)` prints no URL and no options, which may contain
 * secrets. `Symbol.for`, so that the key is the same in every copy of this module.
 */
export const RUNTIME: unique symbol = Symbol.for('holdfast.runtime') as never

/** Undefined for an object that was not made by `createWebSocket`, such as a mock in a test. */
export const internalsOf = (client: object): ClientInternals | undefined =>
  (client as { [RUNTIME]?: () => ClientInternals })[RUNTIME]?.()

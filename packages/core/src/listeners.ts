/** Callbacks by event name. One that throws is reported and the others still run; one may leave, or join, while they are being called. */

import type { Guard } from './guard.ts'

export interface Listeners<Events> {
  /** Adds a listener; the same function added twice is called twice. Returns its removal. */
  add<Type extends keyof Events>(type: Type, listener: (value: Events[Type]) => void): () => void
  /** Calls those present when it began, in order of arrival, less those removed meanwhile. */
  emit<Type extends keyof Events>(type: Type, value: Events[Type]): void
  has(type: keyof Events): boolean
  clear(): void
}

export const createListeners = <Events>(guard: Guard): Listeners<Events> => {
  /** The arrays are replaced, never changed, so that an emit under way keeps the one it began with. */
  type Entry = { call?: ((value: never) => void) | undefined }
  let table: { [Type in keyof Events]?: Entry[] } = {}
  return {
    add: (type, call) => {
      const entry: Entry = { call }
      table[type] = [...(table[type] ?? []), entry]
      return () => {
        entry.call = undefined
        table[type] = table[type]?.filter((other) => other !== entry)
      }
    },
    emit: (type, value) => {
      for (const { call } of table[type] ?? []) guard(call, value as never)
    },
    has: (type) => !!table[type]?.length,
    clear: () => {
      for (const type in table) for (const entry of table[type]!) entry.call = undefined
      table = {}
    },
  }
}

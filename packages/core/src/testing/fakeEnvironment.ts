/** A page without a browser, as the `surroundings` option: it happens what you say. */

import type { Happening, Surroundings } from '../base/environment.ts'

export interface FakeSurroundings extends Surroundings {
  /** How many clients are listening: one for each that wants a connection. */
  readonly listeners: number
  /** Tells the listeners; `online` and `offline` also change what `online()` answers. */
  say(happening: Happening): void
}

/** @example const page = createFakeSurroundings(); createWebSocket(url, { surroundings: page }); page.say('offline') */
export const createFakeSurroundings = (): FakeSurroundings => {
  const listeners = new Set<[listener: (happening: Happening) => void]>()
  let online = true
  return {
    online: () => online,
    subscribe: (listener) => {
      const entry: [typeof listener] = [listener]
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    get listeners() {
      return listeners.size
    },
    say: (happening) => {
      if (happening === 'online' || happening === 'offline') online = happening === 'online'
      for (const [listener] of [...listeners]) listener(happening)
    },
  }
}

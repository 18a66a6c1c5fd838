/** A page without a browser, for the option `environment`: the test emits its events. */

import type { EnvironmentEvent, Environment } from '../base/environment.ts'

export interface FakeEnvironment extends Environment {
  /** How many clients are listening: one for each that wants a connection. */
  readonly listeners: number
  /** Calls the listeners. `online` and `offline` also change what `online()` returns. */
  emit(event: EnvironmentEvent): void
}

/** @example const page = createFakeEnvironment(); createWebSocket(url, { environment: page }); page.emit('offline') */
export const createFakeEnvironment = (): FakeEnvironment => {
  const listeners = new Set<[listener: (event: EnvironmentEvent) => void]>()
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
    emit: (event) => {
      if (event === 'online' || event === 'offline') online = event === 'online'
      for (const [listener] of [...listeners]) listener(event)
    },
  }
}

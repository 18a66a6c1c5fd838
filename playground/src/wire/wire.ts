// The connection of a panel as the page has observed it: the recorded history, and its description, which is renewed ten times a second
// while a component shows it.
import { onTick } from '../onTick.ts'
import { type Readable, createStore } from '../store.ts'
import { type WireState, describeWire } from './describeWire.ts'
import { type HeartbeatTimes, type WireRecorder, recordWire } from './recordWire.ts'

/** A recorder with a description of the present state. */
export interface Wire extends WireRecorder {
  state: Readable<WireState>
}

/** Creates the wire of one client. */
export function createWire(heartbeat: () => HeartbeatTimes | undefined): Wire {
  const recorder = recordWire(heartbeat)
  const describe = (): WireState => describeWire(recorder.history, performance.now())
  const state = createStore(describe())
  let subscribers = 0
  let stop = (): void => {}

  function update(): void {
    const next = describe()
    const shown = state.get()
    // Equal texts are not rendered again.
    if (JSON.stringify(next) !== JSON.stringify(shown)) state.set(next)
  }

  return {
    ...recorder,
    follow(client) {
      const unfollow = recorder.follow(client)
      // At once, so that no component shows a new status beside an old description.
      const unsubscribe = client.onAny((type) => type === 'status' && update())
      return () => {
        unsubscribe()
        unfollow()
      }
    },
    state: {
      get: state.get,
      subscribe(listener) {
        if (subscribers === 0) stop = onTick(update)
        subscribers += 1
        const unsubscribe = state.subscribe(listener)
        return () => {
          unsubscribe()
          subscribers -= 1
          if (subscribers === 0) stop()
        }
      },
    },
  }
}

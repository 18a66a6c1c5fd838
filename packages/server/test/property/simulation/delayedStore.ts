/**
 * A store with the latency of Redis: each call takes time in both directions, and notifications arrive late, in order. While the store is
 * down, a call rejects, also when the store has executed it already.
 */

import type { Clock } from '@holdfast/core'
import type { Store } from '../../../src/store/store.ts'
import type { SimStore } from './simStore.ts'

/** The message of the errors while the store is down. */
export const UNAVAILABLE = 'the store is unavailable'

/** Whether a node runs. */
export interface NodeState {
  isDead: boolean
  /** Resolves when the other nodes have noticed the end: at once, or after 2 s. */
  readonly ended: Promise<void>
}

/**
 * @param state of the node that uses the store. Calls of a dead node neither reach the store nor return
 * @param onRecorded receives `sid:seq` of each recorded message
 */
export const createDelayedStore = (
  store: SimStore,
  clock: Clock,
  state: NodeState,
  onRecorded: (id: string) => void,
): Store => {
  /** When the last call arrives in each direction. Calls of one connection stay in order, as over a socket. */
  let lastRequest = 0
  let lastReply = 0
  /** Subscriptions use another connection, so a notification may overtake the reply of a call that was made before it. */
  let lastNotification = 0
  const drawDelay = (from: number): [delay: number, at: number] => {
    const at = Math.max(from, clock.now() + (clock.random() < 0.5 ? 0 : clock.random() * 20))
    return [at - clock.now(), at]
  }
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimeout(() => state.isDead || resolve(), ms)
    })
  const call = async <Result>(method: () => Promise<Result>): Promise<Result> => {
    let ms
    ;[ms, lastRequest] = drawDelay(lastRequest)
    await wait(ms)
    if (store.isDown) throw new Error(UNAVAILABLE)
    const result = await method()
    ;[ms, lastReply] = drawDelay(lastReply)
    await wait(ms)
    if (store.isDown) throw new Error(UNAVAILABLE)
    return result
  }
  const notifyLater = (notify: () => void): void => {
    let ms
    ;[ms, lastNotification] = drawDelay(lastNotification)
    clock.setTimeout(() => state.isDead || notify(), ms)
  }
  return {
    publish: (...args) => call(() => store.publish(...args)),
    follow: async (stream, feed) => {
      await wait(clock.random() * 20)
      if (store.isDown) throw new Error(UNAVAILABLE)
      const unfollow = await store.follow(stream, (epoch, message) => notifyLater(() => feed(epoch, message)))
      await wait(clock.random() * 20)
      return unfollow
    },
    read: (...args) => call(() => store.read(...args)),
    broadcast: (...args) => call(() => store.broadcast(...args)),
    onBroadcast: (listener) => store.onBroadcast((data) => notifyLater(() => listener(data))),
    addSession: (...args) => call(() => store.addSession(...args)),
    getSession: (...args) => call(() => store.getSession(...args)),
    takeSession: (...args) => call(() => store.takeSession(...args)),
    onDetach: (detach) =>
      store.onDetach((...args) => Promise.race([state.isDead ? state.ended : detach(...args), state.ended])),
    recordApplied: (sid, owner, seq, result) =>
      call(async () => {
        const done = await store.recordApplied(sid, owner, seq, result)
        if (done === 'recorded') onRecorded(`${sid}:${seq}`)
        return done
      }),
    touchSession: (...args) => call(() => store.touchSession(...args)),
    releaseSession: (...args) => call(() => store.releaseSession(...args)),
    endSession: (...args) => call(() => store.endSession(...args)),
    claimKey: (...args) => call(() => store.claimKey(...args)),
    recordKey: (...args) => call(() => store.recordKey(...args)),
    enter: (...args) => call(() => store.enter(...args)),
    leave: (...args) => call(() => store.leave(...args)),
    listPresence: (...args) => call(() => store.listPresence(...args)),
    onPresence: (listener) => store.onPresence((stream) => notifyLater(() => listener(stream))),
    onPossibleGap: (listener) => store.onPossibleGap(() => state.isDead || listener()),
    close: () => store.close(),
  }
}

/** A store as far away as Redis is: every call takes time on the way there and back, and what is told comes late, in order. */

import type { Clock } from '@holdfast/core'
import type { Store } from '../../src/store/store.ts'

/** Of a node. That it is dead the others know at once, or find out after 2 s: then it has `ended`. */
export interface Life {
  dead: boolean
  readonly ended: Promise<void>
}

/**
 * @param life of the node whose store this is: a dead one's calls neither reach the store nor return
 * @param recorded is told `sid:seq` of what has been written down
 */
export const createFlakyStore = (store: Store, clock: Clock, life: Life, recorded: (id: string) => void): Store => {
  /** In order within a connection, as over a socket. */
  let there = 0
  let back = 0
  const fly = (from: number): [wait: number, at: number] => {
    const at = Math.max(from, clock.now() + (clock.random() < 0.5 ? 0 : clock.random() * 20))
    return [at - clock.now(), at]
  }
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimeout(() => life.dead || resolve(), ms)
    })
  const call = async <Answer>(what: () => Promise<Answer>): Promise<Answer> => {
    let ms
    ;[ms, there] = fly(there)
    await wait(ms)
    const answer = await what()
    ;[ms, back] = fly(back)
    await wait(ms)
    return answer
  }
  const later = (what: () => void): void => {
    let ms
    ;[ms, back] = fly(back)
    clock.setTimeout(() => life.dead || what(), ms)
  }
  return {
    publish: (...given) => call(() => store.publish(...given)),
    follow: async (stream, feed) => {
      // Subscriptions have a connection of their own, so they overtake and are overtaken.
      await wait(clock.random() * 20)
      const leave = await store.follow(stream, (epoch, message) => later(() => feed(epoch, message)))
      await wait(clock.random() * 20)
      return leave
    },
    read: (...given) => call(() => store.read(...given)),
    broadcast: (...given) => call(() => store.broadcast(...given)),
    onBroadcast: (listener) => store.onBroadcast((data) => later(() => listener(data))),
    addSession: (...given) => call(() => store.addSession(...given)),
    getSession: (...given) => call(() => store.getSession(...given)),
    takeSession: (...given) => call(() => store.takeSession(...given)),
    onDetach: (detach) =>
      store.onDetach((...given) => Promise.race([life.dead ? life.ended : detach(...given), life.ended])),
    recordApplied: (sid, owner, seq, result) =>
      call(async () => {
        const done = await store.recordApplied(sid, owner, seq, result)
        if (done) recorded(`${sid}:${seq}`)
        return done
      }),
    touchSession: (...given) => call(() => store.touchSession(...given)),
    endSession: (...given) => call(() => store.endSession(...given)),
    claimKey: (...given) => call(() => store.claimKey(...given)),
    recordKey: (...given) => call(() => store.recordKey(...given)),
    enter: (...given) => call(() => store.enter(...given)),
    leave: (...given) => call(() => store.leave(...given)),
    present: (...given) => call(() => store.present(...given)),
    onPresence: (listener) => store.onPresence((stream) => later(() => listener(stream))),
    onDoubt: (listener) => store.onDoubt(listener),
    close: () => store.close(),
  }
}

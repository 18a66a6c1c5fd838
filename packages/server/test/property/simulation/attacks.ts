/** Attackers in a simulation. An attack that succeeds is a violation. */

import type { Invariants } from '../invariants/invariants.ts'
import type { SimNetwork } from './simNetwork.ts'

export interface Attacks {
  /** Tries to resume the client's session: with the right key as another user, or as the right user without the key. */
  stealSession(withKey: boolean): void
  /** Claims a position above the newest one of a stream. */
  claimFuturePosition(stream: string): void
  /** Sends `seq` 2 without 1. */
  skipSeq(): void
}

export const createAttacks = (network: SimNetwork, invariants: Invariants): Attacks => ({
  stealSession: (withKey) => {
    const { sid, key, lastSeq } = invariants.wire.session()
    if (!sid) return
    const link = network.raw((frame) => {
      const { t, resumed, sid: given } = JSON.parse(frame)
      if (t !== 'welcome') return
      if (resumed || given === sid)
        invariants.violate(`S1: another client resumed the session ${withKey ? 'with its key' : 'without its key'}`)
      const seq = resumed ? lastSeq + 1 : 1
      link.send(JSON.stringify({ t: 'send', seq, d: { n: -1, attacker: 'other client' } }))
    })
    const credentials = withKey ? { token: 'mallory', key } : { token: 'alice', key: 'A'.repeat(22) }
    link.send(JSON.stringify({ t: 'hello', v: 1, sid, ...credentials }))
  },
  claimFuturePosition: (stream) => {
    const top = invariants.streams.top(stream)
    if (!top) return
    const link = network.raw((frame) => {
      const { t, streams } = JSON.parse(frame)
      if (t !== 'welcome') return
      const state = streams?.[stream]?.[2]
      if (state !== 'lost') invariants.violate(`R4: a position ahead of the top was ${state}`)
      link.close()
    })
    const pos = { [stream]: [top.epoch, top.offset + 100_000] }
    link.send(JSON.stringify({ t: 'hello', v: 1, token: 'bob', pos }))
  },
  skipSeq: () => {
    const link = network.raw((frame) => {
      if (JSON.parse(frame).t === 'welcome')
        link.send(JSON.stringify({ t: 'send', seq: 2, d: { n: -1, attacker: 'skipped a seq' } }))
    })
    link.send(JSON.stringify({ t: 'hello', v: 1, token: 'bob' }))
  },
})

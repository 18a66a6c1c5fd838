/** Checks that each delivery of the client is applied as often as promised, and settled once. */

import type { Payload } from '../simulation/simulation.ts'

interface Delivery {
  key: string | undefined
  at: number
  isRequest: boolean
  outcome: string | undefined
}

interface Effect {
  n: number
  sid: string | undefined
  id: string | undefined
  node: object
}

export interface DeliveryInvariants {
  /** The client calls `deliver` or `request`. */
  delivering(n: number, key: string | undefined, at: number, isRequest: boolean): void
  /** The promise of the call has settled. @param outcome `'applied'` or the code of the error */
  settled(n: number, outcome: string, at: number): void
  /** @param node the state of the node whose listener ran */
  applied(message: Payload, id: string | undefined, key: string | undefined, node: object): void
  /** The store has recorded `sid:seq` as applied. */
  recorded(id: string): void
  /** The client emitted `unconfirmed` for so many messages. */
  unconfirmed(count: number): void
  crashed(nodes: readonly object[], isStoreLost: boolean): void
  /** The session may end regularly, because its time is over or the client was closed. */
  sessionMayEnd(): void
  clientClosed(): void
  /** Checks all deliveries when nothing is in flight any more. */
  checkAtRest(): void
}

/** @param currentSid the id of the newest session of the client */
export const createDeliveryInvariants = (
  violate: (text: string) => void,
  currentSid: () => string | undefined,
): DeliveryInvariants => {
  const deliveries = new Map<number, Delivery>()
  const effects: Effect[] = []
  const recorded = new Set<string | undefined>()
  /** Applied by a node that ended before it could record the effect. These may be applied twice. */
  const unrecorded = new Set<number>()
  let isStoreLost = false
  let mayEnd = false
  let isClosed = false
  let unconfirmed = 0

  return {
    delivering: (n, key, at, isRequest) => void deliveries.set(n, { key, at, isRequest, outcome: undefined }),
    settled: (n, outcome, at) => {
      const delivery = deliveries.get(n)!
      if (delivery.outcome) violate(`${n} was settled twice`)
      delivery.outcome = outcome
      if (outcome === 'applied') {
        if (!effects.some((effect) => effect.n === n)) violate(`${n} was acknowledged, but not applied`)
      } else if (delivery.key && !isClosed && at - delivery.at < 250_000) {
        violate(`D4: ${n} has a key and was rejected nevertheless`)
      } else if (outcome !== 'UnknownOutcomeError' && outcome !== 'NotSentError') {
        violate(`${n} was rejected with ${outcome}`)
      }
    },
    recorded: (id) => void recorded.add(id),
    applied: ({ n, attacker }, id, key, node) => {
      const sid = id?.slice(0, id.lastIndexOf(':'))
      if (attacker === 'skipped a seq') return violate('D1: a seq was applied although one before it is missing')
      if (attacker) {
        if (sid === currentSid()) violate('S1: another client sent a message in the session')
        return
      }
      const before = effects.filter((effect) => effect.sid === sid)
      if (unrecorded.has(n)) unrecorded.delete(n)
      else if (before.some((effect) => effect.n === n)) violate(`${n} was applied twice in one session`)
      else if (effects.some((effect) => effect.n === n) && (!key || !isStoreLost))
        violate(`${n} was applied again in another session`)
      // A message with a key may be applied later, after its session was lost.
      else if (before.some((effect) => effect.n > n)) violate(`${n} was applied after ${before.at(-1)!.n}`)
      effects.push({ n, sid, id, node })
    },
    unconfirmed: (count) => {
      unconfirmed += count
    },
    crashed: (nodes, storeLost) => {
      for (const { n, id, node } of effects) if (nodes.includes(node) && !recorded.has(id)) unrecorded.add(n)
      isStoreLost ||= storeLost
    },
    sessionMayEnd: () => {
      mayEnd = true
    },
    clientClosed: () => {
      isClosed = true
    },
    checkAtRest: () => {
      const pending = [...deliveries].filter(([, { outcome }]) => !outcome).map(([n]) => n)
      if (pending.length) violate(`never settled: ${pending.slice(0, 5)}`)
      const rejected = [...deliveries].filter(([, { outcome }]) => outcome !== 'applied')
      if (rejected.length && !isStoreLost && !mayEnd)
        violate(`${rejected.length} were rejected, although no session was lost: ${JSON.stringify(rejected[0])}`)
      const unknown = rejected.filter(([, { outcome }]) => outcome === 'UnknownOutcomeError')
      // An applied request whose answer is lost is not listed as unconfirmed. A closed client only rejects the promises.
      const unlisted = unknown.filter(([, { isRequest }]) => isRequest).length
      const most = isClosed ? Infinity : unconfirmed + unlisted
      if (unknown.length < unconfirmed || unknown.length > most)
        violate(`${unconfirmed} were listed as unconfirmed, but ${unknown.length} had an unknown outcome`)
    },
  }
}

/** Counts the connections and pending upgrades of a hub, and those of each address. */

import { networkOf } from '../context/address.ts'
import type { Limits } from '../context/limits.ts'

export interface Places {
  /** Whether all places of the hub are taken. */
  isFull(): boolean
  /** Takes a place. Returns a function that releases it once, or undefined if the address has no free place. */
  take(address: string): (() => void) | undefined
}

export const createPlaces = ({ connections, perAddress }: Limits): Places => {
  const counts = new Map<string, number>()
  let taken = 0
  return {
    isFull: () => taken >= connections,
    take: (address) => {
      const network = networkOf(address)
      const count = counts.get(network) ?? 0
      if (count >= perAddress) return undefined
      const isCounted = perAddress < Infinity
      if (isCounted) counts.set(network, count + 1)
      taken++
      let released = false
      return () => {
        if (released) return
        released = true
        taken--
        if (!isCounted) return
        const rest = counts.get(network)! - 1
        if (rest > 0) counts.set(network, rest)
        else counts.delete(network)
      }
    },
  }
}

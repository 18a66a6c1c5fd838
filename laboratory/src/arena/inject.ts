/** Executes the faults of a scenario. */

import type { Fault } from '../scenario/faults.ts'
import type { ArenaClock } from './clock.ts'
import type { Network } from './network.ts'
import type { PageEvents } from './pageEvents.ts'
import type { ArenaServer } from './server.ts'

export interface FaultTarget {
  readonly clock: ArenaClock
  readonly network: Network
  readonly server: ArenaServer
  readonly page: PageEvents
  publish(count: number, size: number): void
  connectAgain(): void
}

/** Starts a fault. Returns how long it lasts, in ms: 0 for one without a duration. */
export const injectFault = (target: FaultTarget, fault: Fault): number => {
  const { clock, network, server, page } = target
  const during = (ms: number, ...ends: (() => void)[]): number => {
    clock.setTimeout(() => ends.forEach((end) => end()), ms)
    return ms
  }
  switch (fault[0]) {
    case 'drop':
      network.cutAll()
      return 0
    case 'close':
      server.closeAll(fault[1], fault[2])
      return 0
    case 'halfOpen':
      return during(fault[1], network.breakLinks(fault[2] ?? 'both'))
    case 'down':
      return during(fault[1], network.failDials(fault[2]))
    case 'restart': {
      const [, ms, isAnnounced, forgets] = fault
      if (!isAnnounced) network.cutAll()
      server.stop(isAnnounced)
      return during(ms, network.failDials('refuse'), () => server.start(forgets))
    }
    case 'latency':
      network.setLatency(fault[1], fault[2])
      return 0
    case 'rate':
      return during(fault[2], network.limitRate(fault[1]))
    case 'offline': {
      const [, ms, isNotified] = fault
      const ends = [network.failDials('offline'), network.holdLinks()]
      if (isNotified) page.setOnline(false)
      return during(ms, ...ends, () => page.setOnline(true))
    }
    case 'hide':
      page.setHidden(true)
      return during(fault[1], () => page.setHidden(false))
    case 'sleep': {
      const ends = [network.failDials('offline'), network.holdLinks()]
      page.sleep(clock.monotonic() + fault[1])
      return during(fault[1], ...ends, page.wake)
    }
    case 'expireToken':
      server.expireTokens()
      return 0
    case 'burst':
      target.publish(fault[1], fault[2])
      return 0
    case 'drain':
      server.drain(fault[1])
      return fault[1]
    case 'duplicateDial':
      target.connectAgain()
      return 0
    case 'flap':
      return during(fault[1], network.failDials('flap'), server.flap(fault[2]))
  }
}

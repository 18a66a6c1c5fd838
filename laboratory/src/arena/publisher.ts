/** Publishes the numbered messages of the server: one each interval, and bursts. */

import type { Scenario } from '../scenario/schema.ts'
import type { ArenaClock } from './clock.ts'
import type { ArenaServer } from './server.ts'

/** How many messages of a burst are published in each ms. */
const BURST_PER_MS = 20

export interface Publisher {
  /** When each message was published, by its number. */
  readonly published: readonly number[]
  start(): void
  burst(count: number, size: number): void
}

export const createPublisher = (clock: ArenaClock, server: ArenaServer, scenario: Scenario): Publisher => {
  const published: number[] = []
  const isOver = (): boolean => clock.monotonic() >= scenario.length

  const publish = (size: number): void => {
    if (!server.isUp || isOver()) return
    const at = Math.round(clock.monotonic())
    server.publish({ n: published.length, at, text: '.'.repeat(size) })
    published.push(at)
  }
  const tick = (): void => {
    publish(scenario.publish.size)
    if (!isOver()) clock.setTimeout(tick, scenario.publish.every)
  }
  const burst = (count: number, size: number): void => {
    for (let index = 0; index < Math.min(count, BURST_PER_MS); index++) publish(size)
    if (count > BURST_PER_MS) clock.setTimeout(() => burst(count - BURST_PER_MS, size), 1)
  }
  return { published, start: () => void clock.setTimeout(tick, scenario.publish.every), burst }
}

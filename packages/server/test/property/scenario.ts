/** What happens to a world, step by step, and how a whole life is judged. */

import fc from 'fast-check'
import { createReferee } from './invariants.ts'
import { type Log, type Parts, type World, createWorld } from './simulation.ts'

export type Step = readonly [name: keyof typeof steps, ...given: number[]]

export interface Life {
  seed: number
  steps: readonly Step[]
}

/** A silent link is dead after 35 s, a top is compared with the one 25 s before, and a stream is given up at the second time: all of it twice. */
const QUIET = 240_000

const STREAMS = ['a', 'b'] as const

/** Each takes whole numbers from 0 to 99, so that fast-check can make and shrink them. */
const steps = {
  wait: (world: World, ms: number) => world.clock.run(ms * 10),
  rest: (world: World, seconds: number) => world.clock.run(seconds * 1000),
  deliver: (world: World, count: number) => world.deliver(1 + (count % 8), false),
  deliverKeyed: (world: World, count: number) => world.deliver(1 + (count % 4), true),
  deliverMany: (world: World) => world.deliver(90, false),
  request: (world: World) => world.request(),
  publish: (world: World, count: number, stream: number) => world.publish(STREAMS[stream % 2]!, 1 + (count % 6)),
  publishMany: (world: World, stream: number) => world.publish(STREAMS[stream % 2]!, 30),
  cut: (world: World) => world.network.links.at(-1)?.cut(),
  swallow: (world: World, direction: number) =>
    world.network.links.at(-1)?.swallow((['up', 'down', 'both'] as const)[direction % 3]!),
  slow: (world: World, direction: number, ms: number) =>
    world.network.links.at(-1)?.slow((['up', 'down'] as const)[direction % 2]!, ms * 30),
  lag: (world: World, ms: number) => {
    world.network.latency = ms * 5
  },
  reconnect: (world: World) => world.client.reconnect(),
  outage: async (world: World, seconds: number) => {
    world.refuse(true)
    world.network.links.at(-1)?.cut()
    await world.clock.run(seconds * 200)
    world.refuse(false)
  },
  /** Much is said while the client is away. */
  missMany: async (world: World, count: number, stream: number) => {
    world.refuse(true)
    world.network.links.at(-1)?.cut()
    await world.clock.run(100)
    world.publish(STREAMS[stream % 2]!, count % 40)
    await world.clock.run(500)
    world.refuse(false)
  },
  /** A stream that is spoken to again and again, while whatever comes next happens. */
  flow: (world: World, count: number, stream: number) => {
    for (let index = 0; index < count; index++)
      world.clock.setTimeout(() => world.publish(STREAMS[stream % 2]!, 1), index * 20)
  },
  meet: (world: World, stream: number) => {
    world.meet(STREAMS[stream % 2]!)
    world.network.links.at(-1)?.cut()
  },
  missBoth: async (world: World, count: number, other: number) => {
    world.refuse(true)
    world.network.links.at(-1)?.cut()
    await world.clock.run(100)
    world.publish('a', count % 13)
    world.publish('b', other % 13)
    await world.clock.run(500)
    world.refuse(false)
  },
  /** With keys on their way, longer than the server remembers keys. */
  forget: async (world: World, ms: number) => {
    world.deliver(4, true)
    await world.clock.run(ms * 4)
    await steps.longOutage(world, 180)
  },
  longOutage: async (world: World, more: number) => {
    world.expire()
    world.refuse(true)
    world.network.links.at(-1)?.cut()
    await world.clock.run(150_000 + more * 1000)
    world.refuse(false)
  },
  crash: (world: World) => world.crash(false),
  wipe: (world: World) => world.crash(true),
  move: (world: World) => {
    world.move()
    world.client.reconnect()
  },
  moveLater: (world: World) => world.move(),
  loseNext: (world: World) => world.loseNext(),
  loseAlways: (world: World, stream: number) => world.loseAlways(STREAMS[stream % 2]!),
  doubleNext: (world: World, direction: number) => world.double((['up', 'down'] as const)[direction % 2]!),
  /** A hello that is under way when its link is given up, and arrives when it may. */
  stray: async (world: World, ms: number) => {
    await world.clock.run(5000) // else it is no dial, but a wait
    world.client.reconnect()
    await world.clock.run(10)
    world.network.links.at(-1)?.slow('up', 300 + ms * 30)
    await world.clock.run(150)
    world.client.reconnect()
  },
  skip: (world: World) => world.skip(),
  stealWithKey: (world: World) => world.steal(true),
  stealWithoutKey: (world: World) => world.steal(false),
  boast: (world: World, stream: number) => world.boast(STREAMS[stream % 2]!),
  pause: async (world: World) => {
    world.close()
    await world.clock.run(3000)
    world.client.open()
  },
} satisfies Record<string, (world: World, ...given: number[]) => unknown>

/** The common ones often, those that end everything seldom. */
const weights: Record<keyof typeof steps, number> = {
  wait: 14,
  rest: 3,
  deliver: 8,
  deliverKeyed: 4,
  deliverMany: 1,
  request: 4,
  publish: 10,
  publishMany: 1,
  cut: 5,
  swallow: 4,
  slow: 3,
  lag: 2,
  reconnect: 3,
  outage: 3,
  missMany: 3,
  flow: 4,
  meet: 4,
  missBoth: 2,
  forget: 1,
  longOutage: 1,
  crash: 2,
  wipe: 2,
  move: 2,
  moveLater: 2,
  loseNext: 2,
  doubleNext: 2,
  stray: 2,
  skip: 1,
  loseAlways: 1,
  stealWithKey: 1,
  stealWithoutKey: 1,
  boast: 1,
  pause: 1,
}

export const lives: fc.Arbitrary<Life> = fc.record({
  seed: fc.integer(),
  steps: fc.array(
    fc.oneof(
      ...(Object.keys(steps) as (keyof typeof steps)[]).map((name) => ({
        weight: weights[name],
        arbitrary: fc.tuple(fc.constant(name), fc.nat(99), fc.nat(99)),
      })),
    ),
    { minLength: 3, maxLength: 30 },
  ),
})

/** Runs a life to its end, lets it come to rest, and gives what was broken. */
export const live = async (parts: Parts, { seed, steps: script }: Life, log?: Log): Promise<readonly string[]> => {
  const referee = createReferee()
  const world = createWorld(parts, createRandom(seed), referee, log)
  await world.clock.run(500)
  for (const [name, first, second] of script) {
    log?.(world.clock.now(), '==', name, first, second)
    await steps[name](world, first ?? 0, second ?? 0)
    if (referee.violations.length) break
  }
  if (!referee.violations.length) {
    world.heal()

    await world.clock.run(QUIET)
    referee.judge()
    // However it came to rest, what comes then must go on from there.
    for (const stream of STREAMS) world.publish(stream, 1)
    await world.clock.run(QUIET)
    referee.judge()
  }
  world.end()
  // The test runner wants to be heard between lives.
  await new Promise((resolve) => setImmediate(resolve))
  return referee.violations
}

/** Mulberry32: a few lines of well-known arithmetic, because a life needs thousands of throws that cost nothing to shrink. */
const createRandom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

import { expect, test } from 'vitest'
import { ARENA, type ArenaClock, createArenaClock } from '../src/arena/clock.ts'
import { installGlobals } from '../src/arena/globals.ts'
import { createNetwork } from '../src/arena/network.ts'
import { createPageEvents } from '../src/arena/pageEvents.ts'

const create = (seed = 1, errors: unknown[] = []): ArenaClock =>
  createArenaClock({ seed, onError: (error) => errors.push(error), breathe: async () => undefined })

test('timers fire in the order of their times, and those of one time in the order in which they were set', async () => {
  const clock = create()
  const fired: string[] = []
  const set = (name: string, delay: number): number =>
    clock.setTimeout(() => fired.push(`${name} ${clock.monotonic()}`), delay)
  for (let index = 0; index < 50; index++) set(`late${index}`, 100 + (index % 5))
  set('first', 10)
  clock.clearTimeout(set('cleared', 15))
  set('second', 10)
  set('negative', -1)
  await clock.runUntil(50)
  expect(fired).toEqual(['negative 0', 'first 10', 'second 10'])
  expect(clock.monotonic()).toBe(50)
  await clock.runUntil(1000)
  const late = Array.from({ length: 50 }, (_, index) => [index % 5, index] as const).sort(
    ([one], [other]) => one - other,
  )
  expect(fired.slice(3)).toEqual(late.map(([extra, index]) => `late${index} ${100 + extra}`))
})

test('a timer of the time until which the clock runs waits for the next run', async () => {
  const clock = create()
  const fired: number[] = []
  clock.setTimeout(() => fired.push(clock.monotonic()), 100)
  await clock.runUntil(100)
  expect(fired).toEqual([])
  await clock.runUntil(100.1)
  expect(fired).toEqual([100])
})

test('promises settle before the next timer fires, as code of the same owner', async () => {
  const clock = create()
  const log: string[] = []
  clock.schedule(
    'one',
    async () => {
      for (let link = 0; link < 20; link++) await Promise.resolve()
      log.push(`promise of ${clock.owner}`)
      clock.setTimeout(() => log.push(`timer of ${clock.owner}`), 5)
    },
    10,
  )
  clock.schedule('two', () => log.push(`timer of ${clock.owner}`), 10)
  await clock.runUntil(100)
  expect(log).toEqual(['promise of one', 'timer of two', 'timer of one'])
  expect(clock.owner).toBe(ARENA)
})

test('each owner has random numbers of its own, which depend on the seed', () => {
  const draw = (seed: number, owners: string[]): Record<string, number[]> => {
    const clock = create(seed)
    const drawn: Record<string, number[]> = {}
    for (const owner of owners) (drawn[owner] ??= []).push(clock.as(owner, () => clock.random()))
    return drawn
  }
  const alone = draw(7, ['one', 'one'])
  const both = draw(7, ['two', 'one', 'two', 'one'])
  expect(both.one).toEqual(alone.one)
  expect(both.two).not.toEqual(alone.one)
  expect(draw(8, ['one', 'one']).one).not.toEqual(alone.one)
  for (const number of alone.one ?? []) expect(number >= 0 && number < 1).toBe(true)
})

test('random numbers drawn while a lane loads belong to that lane, and all start again on demand', async () => {
  const load = async (others: number): Promise<number[]> => {
    const clock = create()
    const draw = async (): Promise<number> => clock.random()
    for (let index = 0; index < others; index++) await clock.loadAs('other', draw)
    const loaded = await clock.loadAs('lane', draw)
    expect(clock.owner).toBe(ARENA)
    clock.reseed()
    return [loaded, clock.as('other', clock.random)]
  }
  expect(await load(3)).toEqual(await load(0))
})

test('an error of a timer is reported, and the next timer fires', async () => {
  const errors: unknown[] = []
  const clock = create(1, errors)
  const error = new Error('of the test')
  clock.setTimeout(() => {
    throw error
  }, 1)
  let isFired = false
  clock.setTimeout(() => (isFired = true), 2)
  await clock.runUntil(10)
  expect(errors).toEqual([error])
  expect(isFired).toBe(true)
})

test('timers of a client fire after sleep, and once a second on a hidden page; those of the arena are on time', async () => {
  const clock = create()
  const page = createPageEvents(clock)
  const fired: string[] = []
  const set = (owner: string, delay: number): void =>
    clock.as(owner, () => void clock.setTimeout(() => fired.push(`${owner || 'arena'} ${clock.monotonic()}`), delay))
  page.sleep(5000)
  set('client', 100)
  set(ARENA, 100)
  await clock.runUntil(6000)
  expect(fired.splice(0)).toEqual(['arena 100', 'client 5000'])
  page.setHidden(true)
  set('client', 100)
  set(ARENA, 100)
  await clock.runUntil(8000)
  expect(fired).toEqual(['arena 6100', 'client 7000'])
})

test('the globals show the virtual time, and are restored', async () => {
  const clock = create()
  const page = createPageEvents(clock)
  const network = createNetwork(clock, {
    onDial: () => undefined,
    onReach: () => undefined,
    onRequest: () => undefined,
    onState: () => undefined,
  })
  const before = [Date, setTimeout, setInterval, Math.random, globalThis.WebSocket, MessageChannel, performance.now]
  const restore = installGlobals({ clock, network, page })
  const log: string[] = []
  try {
    const start = Date.now()
    const interval = setInterval(() => log.push(`interval ${Math.round(performance.now())}`), 250)
    setTimeout((text: string) => log.push(`${text} ${new Date().getTime() - start}`), 600, 'timeout')
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => log.push(`port ${data} ${performance.now()}`)
    port2.postMessage('text')
    await clock.runUntil(800)
    clearInterval(interval)
    await clock.runUntil(2000)
    expect(new Date(0).getTime()).toBe(0)
    expect(new Date()).toBeInstanceOf(Date)
    expect(crypto.getRandomValues(new Uint8Array(4))).not.toEqual(crypto.getRandomValues(new Uint8Array(4)))
    expect(crypto.randomUUID()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
  } finally {
    restore()
  }
  expect(log).toEqual(['port text 0', 'interval 250', 'interval 500', 'timeout 600', 'interval 750'])
  expect([Date, setTimeout, setInterval, Math.random, globalThis.WebSocket, MessageChannel, performance.now]).toEqual(
    before,
  )
})

/**
 * Each phase of a connection, ended in each way, leaves nothing. An end is combined with each phase that has the traits that the end needs;
 * the other combinations make no sense, for example a bad frame before the WebSocket handshake.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { CallbackError, UnfinishedError } from '../../src/errors.ts'
import { DEADLINES, ends } from './ends.ts'
import { phases } from './phases.ts'
import { SUBPROTOCOL } from '../support/dial.ts'
import { type World, countListeners, createWorld, until } from './world.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** The time that the memory store keeps a session. */
const WINDOW = 120_000

const gauges = ({ hub }: World): object => {
  const { connections, sessions, streams, backlog, backlogBytes, bufferedBytes } = hub.stats()
  return { connections, sessions, streams, backlog, backlogBytes, bufferedBytes }
}
const NOTHING = { connections: 0, sessions: 0, streams: 0, backlog: 0, backlogBytes: 0, bufferedBytes: 0 }

const countMembers = async ({ store }: World): Promise<number> => {
  const lists = await Promise.all(['room', 'other'].map((stream) => store.listPresence(stream)))
  return lists.flat().length
}

/**
 * Resolves when the sockets are closed and the gauges are 0. A member whose client may return stays for 10 s, with one timer. No other
 * timer is left.
 * @param step the time of the fake clock that passes before each look
 */
const untilEmpty = async (world: World, step: number): Promise<void> => {
  let timers = 0
  await until(
    async () => {
      await world.clock.run(step)
      timers = world.clock.pending - (await countMembers(world))
      return timers === 0 && world.sockets.size === 0 && JSON.stringify(gauges(world)) === JSON.stringify(NOTHING)
    },
    () => JSON.stringify({ ...gauges(world), sockets: world.sockets.size, timers }),
  )
}

/** Sockets and requests of ended connections are garbage. */
const expectGarbage = async ({ remains }: World): Promise<void> => {
  const alive = (): number => remains.filter((reference) => reference.deref()).length
  for (let attempt = 0; attempt < 20 && alive() > 0; attempt++) {
    await new Promise((resolve) => setImmediate(resolve))
    gc()
  }
  expect(alive()).toBe(0)
}

const isDeadline = (error: unknown): boolean => error instanceof UnfinishedError || error instanceof CallbackError

/** All places of the hub are free: as many clients as it takes fit, and no more. */
const expectPlaces = async (world: World): Promise<void> => {
  const later = [await world.dial([]), await world.dial([SUBPROTOCOL])]
  await expect(world.dial([])).rejects.toThrow('status 503')
  for (const { socket } of later) socket.close(1000)
  await untilEmpty(world, 0)
}

const cases = phases.flatMap((phase) =>
  ends
    .filter(({ needs }) => needs.every((trait) => phase.traits.includes(trait)))
    .map((end) => [phase.name, end.name, phase, end] as const),
)

test.each(cases)('when %s and %s, nothing is left', async (_, __, phase, end) => {
  const world = await createWorld(phase.options)
  const { clock, hub, store, gate } = world
  const subject = await phase.reach(world)
  await end.run(world, subject)
  const { traits } = phase
  const hasAnswered = traits.includes('input') && traits.includes('output')
  if (end.closesSocket && (hasAnswered || !traits.includes('webSocket'))) await until(() => world.sockets.size === 0)
  // The functions of the application and the store answer only now.
  gate.release()
  if (phase.isForeign) subject.tcp!.destroy()
  // A client that reads answers a close frame at once. For the others there are deadlines.
  const isPrompt = !end.isSilent && (traits.includes('output') || !traits.includes('webSocket'))
  await untilEmpty(world, isPrompt ? 0 : DEADLINES)

  const mostMembers = (phase.earlierMembers ?? 0) + (end.endsSession && !end.replaces ? 0 : (phase.members ?? 1))
  expect(await countMembers(world)).toBeLessThanOrEqual(end.isShutdown ? 0 : mostMembers)
  const sessionId = subject.welcome?.['sid'] as string | undefined
  if (sessionId && end.endsSession) await until(async () => !(await store.getSession(sessionId)))
  else if (sessionId && isPrompt) expect(await store.getSession(sessionId)).toBeDefined()
  for (const error of world.errors) expect(error).toSatisfy(isDeadline)

  if (!end.isShutdown) await expectPlaces(world)
  await clock.run(WINDOW)
  await hub.close()
  expect([clock.pending, await countMembers(world)]).toEqual([0, 0])
  if (sessionId) expect(await store.getSession(sessionId)).toBeUndefined()
  expect(countListeners(world.server)).toEqual(world.listenersBefore)
  world.connections.length = 0
  await expectGarbage(world)
})

/** Random clients enter and leave a stream on two nodes. In the end each client must have exactly the members in the store. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Presence } from '@holdfast/core'
import { presenceOf } from '../../../core/src/session/frames.ts'
import { acquireStream } from '../../../core/src/views/acquireStream.ts'
import { createNode, memoryStore } from './simulation/modules.ts'
import type { PresenceMember } from '../../src/streams/streamPresence.ts'
import { type ScriptedSocket, scriptedSocket } from '../support/scriptedSocket.ts'
import { request } from '../support/testNode.ts'
import { createRandom } from './scenario.ts'
import { createDelayedStore } from './simulation/delayedStore.ts'
import { createSimClock } from './simulation/simClock.ts'
import { createSimStore } from './simulation/simStore.ts'
import type { Modules } from './simulation/simulation.ts'

type Step =
  | ['connect', user: number, node: number]
  | ['sub' | 'unsub' | 'close' | 'cut', client: number]
  | ['wait' | 'outage', ms: number]

const client = fc.nat(20)
const moment = fc.integer({ min: 0, max: 1200 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('connect' as const), fc.nat(3), fc.nat(1)) },
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom('sub', 'unsub', 'close', 'cut'), client) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('wait' as const), moment) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('outage' as const), moment) },
  ),
  { minLength: 5, maxLength: 40, size: 'max' },
)

interface Client {
  user: string
  socket: ScriptedSocket
  isJoined: boolean
}

/** Longer than the grace period. */
const SETTLED = 15_000
/** No client is cut because it does not answer. */
const heartbeat = { interval: 1e7, timeout: 1e7 }

/** Folds the `pres` frames of a client with the code of `@holdfast/core`. */
const membersSeenBy = ({ socket }: Client): PresenceMember[] => {
  let receive: (presence: Presence) => void = () => undefined
  const view = {
    join: () => undefined,
    leave: () => true,
    on: (type: string, listener: (event: never) => void) => {
      if (type === 'presence') receive = listener as typeof receive
      return () => undefined
    },
  }
  const handle = acquireStream(view as never, 'a')
  for (const frame of socket.framesOf('pres')) receive(presenceOf(frame)!)
  return [...handle.members()]
}

const byId = (members: readonly PresenceMember[]): PresenceMember[] =>
  [...members].sort((one, other) => (one.id < other.id ? -1 : 1))

const run = async (seed: number, given: readonly Step[]): Promise<void> => {
  const clock = createSimClock(createRandom(seed))
  const store = createSimStore({ createNode, memoryStore } as Modules, clock)
  let connected = 0
  const nodes = [0, 1].map(() => {
    const delayed = createDelayedStore(
      store,
      clock,
      { isDead: false, ended: new Promise(() => undefined) },
      () => undefined,
    )
    const node = createNode({
      clock,
      heartbeat,
      presence: true,
      // Each connection of a user has another `info`.
      authenticate: ({ token = '' }) => ({ id: token, info: { connection: connected++ } }),
      store: {
        ...delayed,
        // During an outage notifications are lost, as with a cut connection to Redis.
        onPresence: (listener) => delayed.onPresence((stream) => store.isDown || listener(stream)),
      },
    })
    node.on('error', () => undefined)
    return node
  })
  const clients: Client[] = []
  let hadOutage = false

  const send = (index: number, t: 'sub' | 'unsub'): void => {
    const chosen = clients[index % clients.length]
    if (!chosen) return
    chosen.isJoined = t === 'sub'
    chosen.socket.clientSends({ t, stream: 'a' })
  }
  const end = (index: number, code: number): void => {
    const [ended] = clients.splice(index % clients.length, 1)
    ended?.socket.end(code)
  }
  const perform: { [Kind in Step[0]]: (value: number, node: number) => Promise<void> | void } = {
    connect: (user, node) => {
      const socket = scriptedSocket()
      clients.push({ user: `u${user}`, socket, isJoined: true })
      nodes[node]!.accept(socket, request)
      socket.clientSends({ t: 'hello', v: 1, token: `u${user}`, sub: ['a'] })
    },
    sub: (index) => send(index, 'sub'),
    unsub: (index) => send(index, 'unsub'),
    close: (index) => end(index, 1000),
    cut: (index) => end(index, 1006),
    wait: (ms) => clock.run(ms),
    outage: async (ms) => {
      hadOutage = true
      store.isDown = true
      await clock.run(ms)
      store.isDown = false
      store.reportGap()
    },
  }
  for (const [kind, value, node = 0] of given) await perform[kind](value, node)
  await clock.run(SETTLED)

  const expected = byId(
    await store.listPresence('a').then((entries) => [...new Map(entries.map(({ user }) => [user.id, user])).values()]),
  )
  // A link whose store call failed was closed by the node.
  const joined = clients.filter(({ isJoined, socket }) => isJoined && !socket.closed)
  for (const each of joined) expect(byId(membersSeenBy(each))).toEqual(expected)
  const users = [...new Set(joined.map(({ user }) => user))].sort()
  // An outage may leave entries behind, which the Redis store removes itself.
  if (!hadOutage) expect(expected.map(({ id }) => id)).toEqual(users)

  const closing = Promise.all(nodes.map((each) => each.close()))
  for (const { socket } of clients) socket.end(1001)
  await clock.run(SETTLED)
  await closing
  expect(clock.pending).toBe(0)
}

const runs = Number(process.env['SCENARIOS'] ?? 500)
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

test(`each client has exactly the members of its stream after ${runs} random scenarios (seed ${seed})`, async () => {
  await fc.assert(fc.asyncProperty(fc.integer(), steps, run), { numRuns: runs, seed })
}, 3_600_000)

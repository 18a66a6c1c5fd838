/** The phases of a connection. */

import type { Socket } from 'node:net'
import { type TestClient, SUBPROTOCOL } from '../support/dial.ts'
import type { Frame } from '../support/scriptedSocket.ts'
import { type World, type WorldOptions, HOST, until } from './world.ts'

/** The client of a phase. */
export interface Subject {
  /** Without it, there is no WebSocket yet. */
  client?: TestClient
  /** The connection under an upgrade that is not answered. */
  tcp?: Socket
  /** The session that the client has or may resume. */
  welcome?: Frame
}

/**
 * What an end needs of a phase. `webSocket`: the handshake is done. `heartbeat`: the hub pings. `connection`: the application has received the
 * connection. `session`: the client has received `welcome`. `input`: the hub reads what the client sends, and the connection is not
 * closing. `output`: the client reads what the hub sends, and answers a close frame.
 */
export type Trait = 'webSocket' | 'heartbeat' | 'connection' | 'session' | 'input' | 'output'

export interface Phase {
  name: string
  traits: readonly Trait[]
  options?: WorldOptions
  /** The connection belongs to the server of the application, and the hub has not seen it yet. */
  isForeign?: true
  /** Members that earlier connections have left, because their client may return. */
  earlierMembers?: number
  /** The streams of the client. @default 1 */
  members?: number
  reach(world: World): Promise<Subject>
}

const REQUEST = [
  'GET / HTTP/1.1',
  `Host: ${HOST}`,
  'Origin: http://localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n')

/** Sends an upgrade request that waits at the gate. */
const waitForAnswer = async (world: World): Promise<Subject> => {
  const tcp = await world.connectTcp()
  tcp.on('data', () => undefined)
  world.gate.hang()
  tcp.write(REQUEST)
  await until(() => world.gate.calls > 0)
  return { tcp }
}

const openPlain = async (world: World): Promise<Subject> => {
  const client = await world.dial([])
  await until(() => world.hub.stats().accepted > 0)
  return { client }
}

const openSession = async (
  world: World,
  hello: Frame = { sub: ['room'] },
): Promise<Subject & { client: TestClient }> => {
  const client = await world.dial([SUBPROTOCOL])
  client.send({ t: 'hello', v: 1, ...hello })
  const welcome = await client.next('welcome')
  await until(async () => (await world.store.listPresence('room')).length > 0)
  return { client, welcome }
}

/** Sends a `hello` that waits at the gate. */
const waitInHello = async (world: World, hello: Frame = { sub: ['room'] }): Promise<Subject> => {
  world.gate.hang()
  const client = await world.dial([SUBPROTOCOL])
  client.send({ t: 'hello', v: 1, ...hello })
  await until(() => world.gate.calls > 0)
  return { client }
}

/** Opens a session whose message waits in a listener, with further messages behind it. */
const waitInListener = async (world: World, behind: number, isPlain = false): Promise<Subject> => {
  const subject = isPlain ? await openPlain(world) : await openSession(world)
  world.gate.hang()
  for (let seq = 1; seq <= behind + 1; seq++)
    subject.client!.send(isPlain ? '1' : { t: 'send', seq, d: 1, idem: `${seq}` })
  const isFull = behind >= 256
  await until(() => world.gate.calls > 0 && world.hub.stats().backlog >= (isFull ? 256 : behind + 1))
  return subject
}

/** Stops the client from reading. */
const freeze = ({ client }: Subject): void => client!.socket.pause()

const WAITING = ['webSocket', 'input', 'output'] as const
const OPEN = ['webSocket', 'heartbeat', 'connection', 'input', 'output'] as const
const SESSION = [...OPEN, 'session'] as const
/** A message that fills buffers fast. */
const LARGE = 'x'.repeat(250_000)

export const phases: readonly Phase[] = [
  {
    name: 'TCP is open without a request',
    traits: [],
    isForeign: true,
    reach: async (world) => ({ tcp: await world.connectTcp() }),
  },
  ...(['beforeUpgrade', 'allowedOrigins', 'authenticate'] as const).map((name) => ({
    name: `the upgrade waits for ${name}`,
    traits: [],
    options: { gated: [name] },
    reach: waitForAnswer,
  })),
  { name: 'a plain client is open', traits: OPEN, reach: openPlain },
  {
    name: 'a plain client with a user that expires is in a stream',
    traits: OPEN,
    options: { gated: ['authenticate'] },
    reach: async (world) => {
      const subject = await openPlain(world)
      await world.connections[0]!.join('room')
      return subject
    },
  },
  {
    name: 'a session has sent no hello',
    traits: WAITING,
    reach: async (world) => ({ client: await world.dial([SUBPROTOCOL]) }),
  },
  ...(['authenticate', 'authorize'] as const).map((name) => ({
    name: `the hello waits for ${name}`,
    traits: WAITING,
    options: { gated: [name] },
    reach: (world: World) => waitInHello(world),
  })),
  ...(['addSession', 'follow', 'read'] as const).map((name) => ({
    name: `the hello waits for ${name} of the store`,
    traits: WAITING,
    options: { gatedMethods: [name] },
    reach: (world: World) => waitInHello(world),
  })),
  ...(['getSession', 'takeSession'] as const).map((name) => ({
    name: `a hello that resumes waits for ${name} of the store`,
    earlierMembers: 1,
    traits: WAITING,
    options: { gatedMethods: [name] },
    reach: async (world: World) => {
      const { client, welcome } = await openSession(world)
      client.socket.close(4004)
      await until(() => world.hub.stats().connections === 0)
      return await waitInHello(world, { sid: welcome!['sid'], key: welcome!['key'], pos: { room: ['x', 1] } })
    },
  })),
  { name: 'a session is open and idle', traits: SESSION, reach: (world) => openSession(world) },
  {
    name: 'a session with a user that expires is open',
    traits: SESSION,
    options: { gated: ['authenticate'] },
    reach: (world) => openSession(world),
  },
  {
    name: 'a join after the hello waits for authorize',
    members: 2,
    traits: SESSION,
    options: { gated: ['authorize'] },
    reach: async (world) => {
      const subject = await openSession(world)
      world.gate.hang()
      subject.client.send({ t: 'sub', stream: 'other' })
      await until(() => world.gate.calls > 0)
      return subject
    },
  },
  {
    name: 'a fresh token waits for authenticate',
    traits: SESSION,
    options: { gated: ['authenticate'] },
    reach: async (world) => {
      const subject = await openSession(world)
      world.gate.hang()
      subject.client.send({ t: 'auth', token: 'fresh' })
      await until(() => world.gate.calls > 0)
      return subject
    },
  },
  ...([0, 100, 300] as const).flatMap((behind) =>
    [false, true].map((isPlain) => ({
      name: `a message of a ${isPlain ? 'plain client' : 'session'} is in a listener, ${behind} wait`,
      // While 256 wait, the socket is not read.
      traits: (isPlain ? OPEN : SESSION).filter((trait) => behind < 256 || trait !== 'input'),
      reach: (world: World) => waitInListener(world, behind, isPlain),
    })),
  ),
  ...(['claimKey', 'recordKey', 'recordApplied'] as const).map((name) => ({
    name: `a message waits for ${name} of the store`,
    traits: SESSION,
    options: { gatedMethods: [name] },
    reach: async (world: World) => {
      const subject = await openSession(world)
      world.gate.hang()
      subject.client.send({ t: 'send', seq: 1, d: 1, idem: 'a' })
      await until(() => world.gate.calls > 0)
      return subject
    },
  })),
  {
    name: 'messages wait because of the rate limit',
    traits: SESSION,
    options: { limits: { connections: 2, rate: 0.1, burst: 1 } },
    reach: async (world) => {
      const subject = await openSession(world)
      for (let seq = 1; seq <= 10; seq++) subject.client.send({ t: 'send', seq, d: 1 })
      await until(() => world.hub.stats().backlog === 9)
      return subject
    },
  },
  {
    name: 'the client does not read, and the send buffer fills',
    traits: SESSION.filter((trait) => trait !== 'output'),
    reach: async (world) => {
      const subject = await openSession(world)
      freeze(subject)
      await until(async () => {
        await world.hub.publish('room', LARGE)
        return world.hub.stats().bufferedBytes > 0
      })
      return subject
    },
  },
  {
    name: 'the hub has closed the connection, and the client does not answer',
    traits: ['webSocket'],
    reach: async (world) => {
      const subject = await openSession(world)
      freeze(subject)
      world.connections[0]!.close(4000)
      return subject
    },
  },
  {
    name: 'a session waits to be resumed',
    earlierMembers: 1,
    traits: ['session'],
    reach: async (world) => {
      const { client, welcome } = await openSession(world)
      client.socket.close(4004)
      await until(() => world.hub.stats().connections === 0)
      return { welcome: welcome! }
    },
  },
]

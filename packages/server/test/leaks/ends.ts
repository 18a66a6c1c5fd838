/** The ways in which a connection ends. */

import type { Socket } from 'node:net'
import { SUBPROTOCOL } from '../support/dial.ts'
import type { Subject, Trait } from './phases.ts'
import { type World, until } from './world.ts'

export interface End {
  name: string
  /** The end makes no sense in a phase without these. */
  needs: readonly Trait[]
  /** The hub takes no clients afterwards. */
  isShutdown?: true
  /** The session has ended and is not kept. */
  endsSession?: true
  /** Another link has the session, and a client that is connected. */
  replaces?: true
  /** The hub notices the end only at a deadline. */
  isSilent?: true
  /** The hub closes the socket at once if it reads it and the client answers. */
  closesSocket?: true
  run(world: World, subject: Subject): Promise<void>
}

/** Longer than each deadline of a connection: 10 s for `hello`, for a close frame and for a function, 35 s for a heartbeat. */
export const DEADLINES = 40_000

/** A masked text frame of the client with reserved bits, which WebSocket does not allow. */
const INVALID_FRAME = Buffer.from([0xf1, 0x80, 0, 0, 0, 0])

/** The stream under the WebSocket of the client. */
const streamOf = ({ client, tcp }: Subject): Socket => tcp ?? (client!.socket as unknown as { _socket: Socket })._socket

export const ends: readonly End[] = [
  ...[1000, 4004].map((code) => ({
    name: `the client closes with ${code}`,
    needs: ['webSocket', 'input', 'output'] as const,
    closesSocket: true as const,
    ...(code === 1000 && { endsSession: true as const }),
    run: async (_: World, { client }: Subject) => client!.socket.close(code),
  })),
  {
    name: 'the client resets its socket',
    closesSocket: true,
    needs: [],
    run: async (world, subject) => {
      if (subject.client || subject.tcp) streamOf(subject).resetAndDestroy()
    },
  },
  {
    name: 'the client ends its socket without a close frame',
    needs: [],
    run: async (world, subject) => {
      if (subject.client || subject.tcp) streamOf(subject).end()
    },
  },
  {
    name: 'the client does nothing any more',
    needs: [],
    isSilent: true,
    run: async (world, { client }) => {
      client?.socket.pause()
      await world.clock.run(DEADLINES)
    },
  },
  {
    name: 'the hub closes this connection',
    needs: ['connection'],
    run: async (world) => {
      for (const connection of world.connections) connection.close(4000, 'bye')
      await world.clock.run(0)
    },
  },
  {
    name: 'the client sends a frame that is not valid WebSocket',
    closesSocket: true,
    needs: ['webSocket', 'input'],
    run: async (world, subject) => void streamOf(subject).write(INVALID_FRAME),
  },
  {
    name: 'the client sends a frame that the hub does not accept',
    needs: ['webSocket', 'input'],
    run: async (world, { client }) => client!.socket.send(Buffer.from([1])),
  },
  {
    name: 'the client sends a message that is too long',
    closesSocket: true,
    needs: ['webSocket', 'input'],
    run: async (world, { client }) => client!.socket.send('x'.repeat(1024 * 1024 + 1)),
  },
  {
    name: 'the hub drains',
    needs: [],
    isShutdown: true,
    run: async (world) => {
      const drained = world.hub.drain({ window: 0, timeout: 1000 })
      await world.clock.run(DEADLINES)
      await drained
    },
  },
  {
    name: 'the hub closes',
    needs: [],
    isShutdown: true,
    run: async (world) => {
      let isClosed = false
      const closed = world.hub.close().then(() => (isClosed = true))
      await until(async () => {
        await world.clock.run(1000)
        return isClosed
      })
      await closed
    },
  },
  {
    name: 'another link takes the session over',
    needs: ['session'],
    replaces: true,
    run: async (world, { welcome }) => {
      const { connections } = world
      const count = connections.length
      const client = await world.dial([SUBPROTOCOL])
      client.send({ t: 'hello', v: 1, sid: welcome!['sid'], key: welcome!['key'] })
      const resumed = client.next('welcome')
      // The older link may be in a listener.
      await until(() => world.hub.stats().connections < 2 || world.hub.stats().accepted > count || world.gate.calls > 0)
      world.gate.release()
      await resumed
      client.socket.close(1000)
      await client.closed
    },
    endsSession: true,
  },
]

/** A hub on a real port with a fake clock, and everything that a connection of it could leave behind. */

import { once } from 'node:events'
import { type IncomingMessage, type Server, createServer } from 'node:http'
import { type AddressInfo, type Socket, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { type FakeClock, createFakeClock } from '@holdfast/core/testing'
import { onTestFinished } from 'vitest'
import type { Connection } from '../../src/context/hubEvents.ts'
import { type Hub, type HubOptions, createHub } from '../../src/hub.ts'
import { memoryStore } from '../../src/store/memory/memoryStore.ts'
import type { Store } from '../../src/store/store.ts'
import { type Deferred, deferred } from '../support/deferred.ts'
import { type TestClient, dial } from '../support/dial.ts'

export const HOST = '127.0.0.1'

/** A function that does not return until `release`, or returns at once before `hang` and after `release`. */
export interface Gate {
  readonly calls: number
  hang(): void
  release(): void
  /** Resolves with the value when the gate is open. */
  pass<Value>(value: Value): Value | Promise<Value>
}

const createGate = (): Gate => {
  let closed: Deferred<void> | undefined
  const gate = {
    calls: 0,
    hang: () => {
      closed = deferred()
    },
    release: () => {
      closed?.resolve()
      closed = undefined
    },
    pass: <Value>(value: Value): Value | Promise<Value> => {
      if (!closed) return value
      gate.calls++
      return closed.promise.then(() => value)
    },
  }
  return gate
}

export interface World {
  readonly server: Server
  readonly hub: Hub
  readonly clock: FakeClock
  readonly store: Store
  readonly url: string
  readonly port: number
  readonly errors: Error[]
  /** The functions of the application and the calls of the store wait here. */
  readonly gate: Gate
  /** The connections that were accepted. */
  readonly connections: Connection[]
  /** The sockets and requests at the server, which must become garbage. */
  readonly remains: WeakRef<object>[]
  /** The listeners of the server before the hub was created. */
  readonly listenersBefore: Record<string, number>
  /** The sockets at the server. */
  readonly sockets: ReadonlySet<Duplex>
  connectTcp(): Promise<Socket>
  dial(protocols?: string[]): Promise<TestClient>
}

/** Only guards against a hang, in ms. */
const GUARD = Number(process.env['GUARD'] ?? 50_000)

/** Resolves when the condition holds. */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  describe = () => String(condition),
): Promise<void> => {
  const startedAt = performance.now()
  while (!(await condition())) {
    if (performance.now() - startedAt > GUARD) throw new Error(`has not become true: ${describe()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export const countListeners = (emitter: Server): Record<string, number> =>
  Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]))

/** The calls of the store that wait at the gate, while it is closed. */
const gatedStore = (store: Store, gate: Gate, methods: readonly string[]): Store =>
  new Proxy(store, {
    get: (target, name: keyof Store) => {
      const member = target[name] as unknown
      if (typeof member !== 'function' || !methods.includes(name)) return member
      return async (...args: unknown[]): Promise<unknown> => {
        await gate.pass(undefined)
        return await (member.apply(target, args) as Promise<unknown>)
      }
    },
  })

export type WorldOptions = HubOptions & {
  /** Options that wait at the gate. */
  gated?: readonly ('authenticate' | 'authorize' | 'beforeUpgrade' | 'allowedOrigins')[]
  gatedMethods?: readonly (keyof Store)[]
}

export const createWorld = async ({ gated = [], gatedMethods = [], ...options }: WorldOptions = {}): Promise<World> => {
  const clock = createFakeClock()
  const gate = createGate()
  const memory = memoryStore({ clock })
  const answers = {
    authenticate: () => gate.pass({ id: 'ann', expiresAt: 1e12 }),
    authorize: () => gate.pass(true),
    beforeUpgrade: () => gate.pass(true),
    allowedOrigins: () => gate.pass(true),
  }
  const server = createServer()
  const errors: Error[] = []
  const connections: Connection[] = []
  const remains: WeakRef<object>[] = []
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    remains.push(new WeakRef(socket))
  })
  server.on('upgrade', (request: IncomingMessage) => remains.push(new WeakRef(request)))
  server.listen(0, HOST)
  await once(server, 'listening')
  const listenersBefore = countListeners(server)
  const hub = createHub({
    server,
    clock,
    store: gatedStore(memory, gate, gatedMethods),
    presence: true,
    limits: { connections: 2 },
    ...Object.fromEntries(gated.map((name) => [name, answers[name]])),
    ...options,
  })
  hub.on('error', (error) => errors.push(error))
  hub.on('connection', (connection) => void connections.push(connection))
  hub.on('message', () => gate.pass(undefined))
  onTestFinished(async () => {
    gate.release()
    await hub.close()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `ws://${HOST}:${port}`
  return {
    server,
    hub,
    clock,
    store: memory,
    url,
    port,
    errors,
    gate,
    connections,
    remains,
    listenersBefore,
    sockets,
    connectTcp: async () => {
      const socket = connect(port, HOST)
      socket.on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      await Promise.all([once(socket, 'connect'), once(server, 'connection')])
      return socket
    },
    dial: (protocols) => dial(url, protocols, { origin: 'http://localhost' }),
  }
}

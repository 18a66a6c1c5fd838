/** The real hub, on the simulated network: it publishes to the stream `lab`, and can stop, forget, drain and expire tokens. */

import type { IncomingMessage } from 'node:http'
import type { HubNode } from '../../../packages/server/src/hubNode.ts'
import { createNode } from '../../../packages/server/src/node.ts'
import { memoryStore } from '../../../packages/server/src/store/memory/memoryStore.ts'
import type { Store } from '../../../packages/server/src/store/store.ts'
import type { Connection } from '../../../packages/server/src/context/hubEvents.ts'
import type { ArenaClock } from './clock.ts'
import type { Link } from './link.ts'
import type { Tokens } from './tokens.ts'

export const STREAM = 'lab'
const SUBPROTOCOL = 'holdfast.v1.json'
/** What a server with large bursts would set: the whole burst can be replayed. */
const HISTORY = { messages: 20_000, bytes: 16 * 2 ** 20 }
/** In bytes: small, so that a slow reader is noticed within a scenario. */
const SEND_BUFFER = 64 * 1024
const TOKEN_EXPIRED = 4006

export interface ServerOptions {
  clock: ArenaClock
  tokens: Tokens
  heartbeat: { interval: number; timeout: number }
  /** A new node has started. */
  onNode: (name: string) => void
  /** A client's own message has arrived. */
  onMessage: (client: string, message: unknown) => void
  onError: (error: Error) => void
}

export interface ArenaServer {
  readonly isUp: boolean
  accept(link: Link): void
  publish(message: object): void
  /** Starts the first node, or the next one after `stop`. @param forget with an empty memory */
  start(forget: boolean): void
  /** Ends the node. `announced`: with close frames, otherwise as a crash. */
  stop(announced: boolean): void
  /** Replaces the node and closes the connections of the old one within `windowMs`. */
  drain(windowMs: number): void
  /** Closes all connections with a close frame. */
  closeAll(code: number, reason: string): void
  /** Closes the connections, whose tokens have expired. */
  expireTokens(): void
  /** Accepts each connection and closes it at once, until the returned function is called. */
  flap(code: number): () => void
}

export const createArenaServer = (options: ServerOptions): ArenaServer => {
  const { clock, tokens, heartbeat } = options
  const createStore = (): Store => memoryStore({ clock, history: HISTORY })
  const connections = new Map<HubNode, Set<Connection>>()
  let store = createStore()
  let node: HubNode | undefined
  const flaps: number[] = []

  const authenticate = (token: string): { id: string; expiresAt?: number } => {
    const { client, isValid } = tokens.read(token)
    return isValid ? { id: client } : { id: client, expiresAt: clock.now() - 1 }
  }
  const createOne = (): HubNode => {
    const created = createNode({
      store,
      clock,
      heartbeat,
      presence: true,
      limits: { sendBuffer: SEND_BUFFER, replayMessages: HISTORY.messages, replayBytes: HISTORY.bytes },
      authenticate: ({ request, token }) => authenticate(token ?? tokenOf(request)),
    })
    const own = new Set<Connection>()
    connections.set(created, own)
    created.on('connection', (connection) => {
      own.add(connection)
      if (connection.plain) void connection.join(STREAM)
    })
    created.on('close', (connection) => own.delete(connection))
    created.on('message', (message, { user }) => options.onMessage(user.id, message))
    created.on('error', options.onError)
    return created
  }
  const startNode = (): void => {
    node = createOne()
    options.onNode(node.name)
  }
  const end = async (old: HubNode): Promise<void> => {
    await old.close()
    connections.delete(old)
  }
  const allConnections = (): Connection[] => [...connections.values()].flatMap((own) => [...own])

  const acceptSession = (link: Link, current: HubNode): void =>
    current.accept(link.accept(SUBPROTOCOL), requestOf(link))
  const acceptPlain = async (link: Link, current: HubNode): Promise<void> => {
    const request = requestOf(link)
    const { user } = await current.identify(request)
    if (user) current.accept(link.accept(''), request, user)
    else link.refuse()
  }
  return {
    get isUp() {
      return node !== undefined
    },
    accept: (link) => {
      const code = flaps.at(-1)
      if (!node) link.refuse()
      else if (code !== undefined) link.accept(link.protocols[0] ?? '').close(code, '')
      else if (link.protocols.includes(SUBPROTOCOL)) acceptSession(link, node)
      else void acceptPlain(link, node)
    },
    publish: (message) => void node?.publish(STREAM, message).catch(options.onError),
    start: (forget) => {
      // Two restarts at the same time are one.
      if (node) return
      if (forget) store = createStore()
      startNode()
    },
    stop: (announced) => {
      const old = node
      node = undefined
      if (!old) return
      if (announced) void old.drain({ window: 0, timeout: 1000 }).then(() => end(old))
      else void end(old)
    },
    drain: (windowMs) => {
      const old = node
      if (!old) return
      startNode()
      void old.drain({ window: windowMs }).then(() => end(old))
    },
    closeAll: (code, reason) => {
      for (const connection of allConnections()) connection.close(code, reason)
    },
    expireTokens: () => {
      tokens.expire()
      for (const connection of allConnections()) connection.close(TOKEN_EXPIRED, 'token expired')
    },
    flap: (code) => {
      flaps.push(code)
      for (const connection of allConnections()) connection.close(code)
      return () => void flaps.splice(flaps.indexOf(code), 1)
    },
  }
}

/** The part of a request that the hub reads. */
const requestOf = ({ socket: { url } }: Link): IncomingMessage =>
  ({ url, headers: {}, socket: { remoteAddress: '192.0.2.1' } }) as unknown as IncomingMessage

const tokenOf = ({ url = '' }: IncomingMessage): string => new URL(url).searchParams.get('token') ?? ''

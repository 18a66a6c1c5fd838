/**
 * A proxy that makes faults between a real client and a real server. It relays the bytes of TCP as they are, and reads only where
 * WebSocket frames begin and end. To terminate the protocol on both sides with a library would be less to read, but such a proxy
 * answers pings by itself, hides half a frame, and ends connections politely: the faults that matter could not be made.
 */
import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import { createEventLog } from './eventLog.ts'
import type { FaultEvent, FaultRule } from './faultRule.ts'
import { type Pair, createPair } from './pair.ts'

/** Options of `createFaultProxy`. */
export interface FaultProxyOptions {
  /** Where connections go: a port of this machine, or `ws://host:port`. TLS is not read. */
  target: number | string
  /** Where the proxy listens, at 127.0.0.1. @default a free one */
  port?: number
}

export interface FaultProxy {
  /** `ws://127.0.0.1:port`, to which the client adds its path. */
  readonly url: string
  readonly port: number
  /** How many connections there are now. */
  readonly connections: number
  /** Puts a rule in force, beside those that are. Resolves to what takes it away. */
  add(rule: FaultRule): Promise<() => Promise<void>>
  /** Takes all rules away. */
  clear(): Promise<void>
  /** Cuts all connections now. */
  cut(options?: { reset?: boolean }): void
  /** What happened, the newest 10 000 events, oldest first. */
  readonly log: readonly FaultEvent[]
  /** Tells of each later event; returns the way out. */
  on(listener: (event: FaultEvent) => void): () => void
  /** Resolves with the n-th event that fits, of those that were and those to come. */
  seen(fits: FaultEvent['what'] | ((event: FaultEvent) => boolean), n?: number): Promise<FaultEvent>
  /** Cuts all connections and stops listening. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts a proxy that makes faults.
 *
 * @example
 * const proxy = await createFaultProxy({ target: 8080 })
 * const client = createWebSocket(proxy.url)
 * const heal = await proxy.add({ fault: 'swallow', way: 'toClient' }) // half-open: nothing comes, nothing ends
 * await proxy.seen('swallowed')
 * await heal()
 * await proxy.close()
 */
export async function createFaultProxy({ target, port = 0 }: FaultProxyOptions): Promise<FaultProxy> {
  const address = addressOf(target)
  const log = createEventLog()
  const rules: FaultRule[] = []
  const pairs = new Set<Pair>()
  let count = 0
  let closed = false
  let server: Server | undefined
  /** Changes of listening happen one after the other. */
  let turn = Promise.resolve()

  const has = (fault: FaultRule['fault']): boolean => rules.some((rule) => rule.fault === fault)

  function accept(client: Socket): void {
    const connection = ++count
    client.on('error', () => undefined)
    if (has('close')) {
      log.add({ what: 'closed', connection })
      client.destroy()
      return
    }
    pairs.add(
      createPair(
        connection,
        client,
        address,
        () => rules,
        log,
        (pair) => pairs.delete(pair),
      ),
    )
  }

  async function listenOrNot(): Promise<void> {
    const wanted = !closed && !has('refuse')
    if (wanted && !server) {
      const next = createServer({ allowHalfOpen: true, noDelay: true }, accept)
      next.listen(port, HOST)
      await once(next, 'listening')
      port = (next.address() as AddressInfo).port
      server = next
    } else if (!wanted && server) {
      server.close() // its connections go on; the port is free at once
      server = undefined
    }
  }

  /** Puts the rules in force as they are now. */
  function settle(): Promise<void> {
    turn = turn.then(listenOrNot)
    for (const pair of pairs) for (const lane of pair.lanes) lane.settle()
    return turn
  }

  function cut({ reset = false } = {}): void {
    for (const pair of [...pairs]) pair.cut(reset)
  }

  await settle()
  return {
    get url() {
      return `ws://${HOST}:${port}`
    },
    get port() {
      return port
    },
    get connections() {
      return pairs.size
    },
    async add(given) {
      const rule = { ...given } // twice the same counts as two
      rules.push(rule)
      if (rule.fault === 'cut' && rule.frames === undefined && rule.bytes === undefined)
        cut(rule.reset ? { reset: true } : {})
      await settle()
      return async () => {
        const index = rules.indexOf(rule)
        if (index >= 0) rules.splice(index, 1)
        await settle()
      }
    },
    async clear() {
      rules.length = 0
      await settle()
    },
    cut,
    log: log.events,
    on: log.on,
    seen: log.seen,
    async close() {
      closed = true
      cut()
      await settle()
    },
  }
}

function addressOf(target: number | string): { host: string; port: number } {
  if (typeof target === 'number') return { host: HOST, port: target }
  const { protocol, hostname, port } = new URL(target)
  if (protocol !== 'ws:' && protocol !== 'http:')
    throw new TypeError(`target: expected ws:// or a port, got ${protocol}`)
  return { host: hostname, port: Number(port || 80) }
}

/**
 * A proxy that makes faults between a real client and a real server. It relays the bytes of TCP unchanged and only reads the boundaries
 * of WebSocket frames. A proxy on top of a WebSocket library would be shorter, but the library answers pings, never passes half a frame
 * and closes connections cleanly, so the important faults would be impossible.
 */
import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import { createEventLog } from './eventLog.ts'
import type { FaultEvent, FaultRule } from './faultRule.ts'
import { type ProxiedConnection, createProxiedConnection } from './proxiedConnection.ts'

/** Options of `createFaultProxy`. */
export interface FaultProxyOptions {
  /** The server: a port of this machine, or `ws://host:port`. TLS is not supported. */
  target: number | string
  /** The port of the proxy, on 127.0.0.1. @default a free one */
  port?: number
}

export interface FaultProxy {
  /** `ws://127.0.0.1:port`. The client adds its path. */
  readonly url: string
  readonly port: number
  /** The number of open connections. */
  readonly connections: number
  /** Adds a rule to the active ones. Resolves to a function that removes it. */
  add(rule: FaultRule): Promise<() => Promise<void>>
  /** Removes all rules. */
  clear(): Promise<void>
  /** Cuts all connections now. */
  cut(options?: { reset?: boolean }): void
  /** The newest 10 000 events, oldest first. */
  readonly log: readonly FaultEvent[]
  /** Registers a listener for later events. Returns a function that removes it. */
  on(listener: (event: FaultEvent) => void): () => void
  /** Resolves with the n-th matching event, counting past and future ones. */
  seen(matches: FaultEvent['what'] | ((event: FaultEvent) => boolean), n?: number): Promise<FaultEvent>
  /** Cuts all connections and stops listening. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts a proxy that makes faults.
 *
 * @throws TypeError if `target` has another protocol than `ws:` or `http:`
 *
 * @example
 * const proxy = await createFaultProxy({ target: 8080 })
 * const client = createWebSocket(proxy.url)
 * const heal = await proxy.add({ fault: 'swallow', direction: 'toClient' }) // half-open: nothing arrives, nothing closes
 * await proxy.seen('swallowed')
 * await heal()
 * await proxy.close()
 */
export const createFaultProxy = async ({ target, port = 0 }: FaultProxyOptions): Promise<FaultProxy> => {
  const address = addressOf(target)
  const log = createEventLog()
  const rules: FaultRule[] = []
  const connections = new Set<ProxiedConnection>()
  let count = 0
  let closed = false
  let server: Server | undefined
  /** Starting and stopping to listen run one after the other. */
  let lastChange = Promise.resolve()

  const has = (fault: FaultRule['fault']): boolean => rules.some((rule) => rule.fault === fault)

  const accept = (client: Socket): void => {
    const connection = ++count
    client.on('error', () => undefined)
    if (has('close')) {
      log.add({ what: 'closed', connection })
      client.destroy()
      return
    }
    const onEnd = (ended: ProxiedConnection): void => void connections.delete(ended)
    connections.add(createProxiedConnection({ connection, client, target: address, rules: () => rules, log, onEnd }))
  }

  const startOrStopListening = async (): Promise<void> => {
    const isWanted = !closed && !has('refuse')
    if (isWanted && !server) {
      const next = createServer({ allowHalfOpen: true, noDelay: true }, accept)
      next.listen(port, HOST)
      await once(next, 'listening')
      port = (next.address() as AddressInfo).port
      server = next
    } else if (!isWanted && server) {
      server.close() // open connections continue, and the port is free at once
      server = undefined
    }
  }

  const applyRules = (): Promise<void> => {
    lastChange = lastChange.then(startOrStopListening)
    for (const { pipes } of connections) for (const pipe of pipes) pipe.applyRules()
    return lastChange
  }

  const cut = ({ reset = false } = {}): void => {
    for (const connection of [...connections]) connection.cut(reset)
  }

  await applyRules()
  return {
    get url() {
      return `ws://${HOST}:${port}`
    },
    get port() {
      return port
    },
    get connections() {
      return connections.size
    },
    async add(given) {
      const rule = { ...given } // the same object may be added twice
      rules.push(rule)
      if (rule.fault === 'cut' && rule.frames === undefined && rule.bytes === undefined)
        cut(rule.reset ? { reset: true } : {})
      await applyRules()
      return async () => {
        const index = rules.indexOf(rule)
        if (index >= 0) rules.splice(index, 1)
        await applyRules()
      }
    },
    async clear() {
      rules.length = 0
      await applyRules()
    },
    cut,
    log: log.events,
    on: log.on,
    seen: log.seen,
    async close() {
      closed = true
      cut()
      await applyRules()
    },
  }
}

const addressOf = (target: number | string): { host: string; port: number } => {
  if (typeof target === 'number') return { host: HOST, port: target }
  const { protocol, hostname, port } = new URL(target)
  if (protocol !== 'ws:' && protocol !== 'http:')
    throw new TypeError(`target: expected ws:// or a port, got ${protocol}`)
  return { host: hostname, port: Number(port || 80) }
}

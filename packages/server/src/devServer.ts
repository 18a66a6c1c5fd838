/** A hub for development: it echoes, it has a chat, and it misbehaves on command. What `npx @holdfast/server` starts. */

import type { Connection } from './context/hubEvents.ts'
import { type Hub, createHub } from './hub.ts'
import type { Store } from './store/store.ts'
import { type FaultProxy, type FaultRule, type Way, createFaultProxy } from './testing/index.ts'

export interface DevServerOptions {
  port: number
  host: string
  store?: Store
  /** Through a proxy that makes faults; then at 127.0.0.1 alone. */
  faults: boolean
}

export interface DevServer {
  readonly url: string
  readonly hub: Hub
  /** Does what a line says, and gives the answer; undefined for no command. */
  command(line: string): Promise<string | undefined>
  close(): Promise<void>
}

/** The stream that the chat is. */
const CHAT = 'chat'

export const COMMANDS = `stats                        what the hub has counted
say TEXT                     publish TEXT in the stream "chat"
drain MS                     send everybody away over MS milliseconds, and take nobody any more
with --faults, until "heal":
refuse | close               nobody listens | dials are accepted and ended
cut                          every connection is cut, now and once
swallow toClient|toServer    nothing arrives any more this way: half-open
delay toClient|toServer MS
duplicate toClient|toServer
reorder toClient|toServer
truncate toClient|toServer   the next frame arrives by half, then a cut
heal                         all faults are over`

export async function startDevServer({ port, host, store, faults }: DevServerOptions): Promise<DevServer> {
  const hub = createHub({
    port: faults ? 0 : port,
    host: faults ? '127.0.0.1' : host,
    presence: true,
    ...(store && { store }),
  })
  await hub.ready
  let proxy: FaultProxy | undefined
  if (faults) proxy = await createFaultProxy({ target: hub.port ?? 0, port })

  const joining = new WeakMap<Connection, Promise<void>>()
  hub.on('message', async (message, { connection, channel, idempotencyKey }) => {
    await joining.get(connection) // what it says is answered once it hears the chat
    if (channel === CHAT) await hub.publish(CHAT, message, idempotencyKey === undefined ? {} : { idempotencyKey })
    else connection.send(message)
  })
  hub.on('request', (message) => message)
  // A client of the protocol joins what it wants to; a plain one has no way to say so.
  hub.on('connection', (connection) => {
    if (!connection.plain) return undefined
    const joined = connection.join(CHAT)
    joining.set(connection, joined)
    return joined
  })

  async function command(line: string): Promise<string | undefined> {
    const [word = '', first = '', second = ''] = line.trim().split(/\s+/)
    if (word === 'stats') return JSON.stringify(hub.stats())
    if (word === 'say') {
      const { offset } = await hub.publish(CHAT, line.trim().slice('say '.length))
      return `published as ${offset}`
    }
    if (word === 'drain') {
      await hub.drain({ window: Number(first) || 1000 })
      return 'drained'
    }
    if (word === 'heal' || word === 'cut' || ruleOf(word, first, second)) {
      if (!proxy) return 'Faults need --faults.'
      if (word === 'heal') await proxy.clear()
      else if (word === 'cut') proxy.cut()
      else await proxy.add(ruleOf(word, first, second) as FaultRule)
      return `${word}: done`
    }
    return undefined
  }

  return {
    url: proxy?.url ?? `ws://${host.includes(':') ? `[${host}]` : host}:${hub.port}`,
    hub,
    command,
    async close() {
      await proxy?.close()
      await hub.close()
      await store?.close()
    },
  }
}

function ruleOf(fault: string, way: string, ms: string): FaultRule | undefined {
  if (fault === 'refuse' || fault === 'close') return { fault }
  if (way !== 'toClient' && way !== 'toServer') return undefined
  if (fault === 'delay') return { fault, way: way satisfies Way, ms: Number(ms) || 100 }
  if (fault === 'swallow' || fault === 'duplicate' || fault === 'reorder' || fault === 'truncate') return { fault, way }
  return undefined
}

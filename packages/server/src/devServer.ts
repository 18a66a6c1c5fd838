/** The hub for development that `npx @holdfast/server` starts: an echo, a chat, and faults on command. */

import type { Connection } from './context/hubEvents.ts'
import { type Hub, createHub } from './hub.ts'
import type { Store } from './store/store.ts'
import { type FaultProxy, type FaultRule, createFaultProxy } from './testing/index.ts'

export interface DevServerOptions {
  port: number
  host: string
  store?: Store
  /** Puts a proxy in front that makes faults. It listens only at 127.0.0.1. */
  faults: boolean
}

export interface DevServer {
  readonly url: string
  readonly hub: Hub
  /** Executes one line of input. Resolves with the answer, or undefined for an unknown command. */
  command(line: string): Promise<string | undefined>
  close(): Promise<void>
}

/** The stream of the chat. */
const CHAT = 'chat'

export const COMMANDS = `stats                        print the counts of the hub
say TEXT                     publish TEXT in the stream "chat"
drain MS                     close all connections over MS milliseconds, and refuse new ones
with --faults, until "heal":
refuse | close               refuse connections | accept and close them
cut                          cut all connections once
swallow toClient|toServer    drop all data in this direction (half-open connection)
delay toClient|toServer MS   delay frames in this direction
duplicate toClient|toServer  send each frame twice
reorder toClient|toServer    change the order of frames
truncate toClient|toServer   cut the next frame in half, and the connection after it
heal                         end all faults`

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
    await joining.get(connection) // so that the client receives its own message
    if (channel === CHAT) await hub.publish(CHAT, message, idempotencyKey === undefined ? {} : { idempotencyKey })
    else connection.send(message)
  })
  hub.on('request', (message) => message)
  // A plain client cannot join a stream itself.
  hub.on('connection', (connection) => {
    if (!connection.plain) return undefined
    const joined = connection.join(CHAT)
    joining.set(connection, joined)
    return joined
  })

  async function command(line: string): Promise<string | undefined> {
    const [name = '', first = '', second = ''] = line.trim().split(/\s+/)
    if (name === 'stats') return JSON.stringify(hub.stats())
    if (name === 'say') {
      const { offset } = await hub.publish(CHAT, line.trim().slice('say '.length))
      return `published as ${offset}`
    }
    if (name === 'drain') {
      await hub.drain({ window: Number(first) || 1000 })
      return 'drained'
    }
    const rule = parseRule(name, first, second)
    if (name !== 'heal' && name !== 'cut' && !rule) return undefined
    if (!proxy) return 'Faults need --faults.'
    if (name === 'heal') await proxy.clear()
    else if (name === 'cut') proxy.cut()
    else if (rule) await proxy.add(rule)
    return `${name}: done`
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

function parseRule(fault: string, direction: string, ms: string): FaultRule | undefined {
  if (fault === 'refuse' || fault === 'close') return { fault }
  if (direction !== 'toClient' && direction !== 'toServer') return undefined
  if (fault === 'delay') return { fault, direction, ms: Number(ms) || 100 }
  if (fault === 'swallow' || fault === 'duplicate' || fault === 'reorder' || fault === 'truncate')
    return { fault, direction }
  return undefined
}

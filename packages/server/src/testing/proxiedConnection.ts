/** A connection through the proxy: the socket of the client, the socket to the server, and a pipe for each direction. */
import { type Socket, connect } from 'node:net'
import type { EventLog } from './eventLog.ts'
import type { Direction, FaultRule } from './faultRule.ts'
import { type Pipe, createPipe } from './pipe.ts'

export interface ProxiedConnection {
  pipes: Pipe[]
  /** Closes both sockets, with RST or FIN. */
  cut(reset: boolean): void
}

export interface ProxiedConnectionOptions {
  /** The number of the connection, from 1. */
  connection: number
  client: Socket
  target: { host: string; port: number }
  rules: () => readonly FaultRule[]
  log: EventLog
  onEnd: (connection: ProxiedConnection) => void
}

export const createProxiedConnection = (options: ProxiedConnectionOptions): ProxiedConnection => {
  const { connection, client, target, rules, log, onEnd } = options
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true })
  const isSwallowing = (direction: Direction): boolean =>
    rules().some((rule) => rule.fault === 'swallow' && rule.direction === direction)
  let ended = false

  const proxied: ProxiedConnection = {
    pipes: [],
    cut(reset) {
      for (const socket of [client, server]) {
        if (reset && !socket.connecting) socket.resetAndDestroy()
        else socket.destroy()
      }
      finish()
    },
  }
  const finish = (): void => {
    if (ended) return
    ended = true
    for (const pipe of proxied.pipes) pipe.stop()
    log.add({ what: 'end', connection })
    onEnd(proxied)
  }
  const common = { connection, rules, log, cut: proxied.cut }
  proxied.pipes.push(createPipe({ ...common, direction: 'toServer', from: client, to: server }))
  proxied.pipes.push(createPipe({ ...common, direction: 'toClient', from: server, to: client }))

  client.on('error', () => undefined)
  server.on('error', () => undefined)
  // A socket that fails resets the other one, unless a rule swallows that direction.
  client.on('close', (hadError) => {
    if (server.destroyed) finish()
    else if (hadError && !isSwallowing('toServer')) proxied.cut(true)
  })
  server.on('close', (hadError) => {
    if (client.destroyed) finish()
    else if (hadError && !isSwallowing('toClient')) proxied.cut(true)
  })
  log.add({ what: 'open', connection })
  return proxied
}

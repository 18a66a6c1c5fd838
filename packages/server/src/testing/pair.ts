/** A connection through the proxy: the client's socket, the one to the server, and a lane each way. */
import { type Socket, connect } from 'node:net'
import type { EventLog } from './eventLog.ts'
import type { FaultRule } from './faultRule.ts'
import { type Lane, createLane } from './lane.ts'

export interface Pair {
  lanes: Lane[]
  /** Ends both, by RST or FIN. */
  cut(reset: boolean): void
}

export function createPair(
  connection: number,
  client: Socket,
  target: { host: string; port: number },
  rules: () => readonly FaultRule[],
  log: EventLog,
  onEnd: (pair: Pair) => void,
): Pair {
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true })
  const sockets = [client, server]
  const swallowing = (way: 'toServer' | 'toClient'): boolean =>
    rules().some((rule) => rule.fault === 'swallow' && rule.way === way)
  let over = false

  const pair: Pair = {
    lanes: [],
    cut(reset) {
      for (const socket of sockets) {
        if (reset && !socket.connecting) socket.resetAndDestroy()
        else socket.destroy()
      }
      finish()
    },
  }
  function finish(): void {
    if (over) return
    over = true
    for (const lane of pair.lanes) lane.stop()
    log.add({ what: 'end', connection })
    onEnd(pair)
  }
  const common = { connection, rules, log, cut: pair.cut }
  pair.lanes.push(createLane({ ...common, way: 'toServer', from: client, to: server }))
  pair.lanes.push(createLane({ ...common, way: 'toClient', from: server, to: client }))

  client.on('error', () => undefined)
  server.on('error', () => undefined)
  // A socket that broke takes the other one with it, unless nothing gets through that way.
  client.on('close', (broken) => {
    if (server.destroyed) finish()
    else if (broken && !swallowing('toServer')) pair.cut(true)
  })
  server.on('close', (broken) => {
    if (client.destroyed) finish()
    else if (broken && !swallowing('toClient')) pair.cut(true)
  })
  log.add({ what: 'open', connection })
  return pair
}

/**
 * Servers for the tests that run in a browser, which cannot start one: a hub behind a fault proxy, controlled over HTTP, and servers that
 * do not support our subprotocol.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { type ServerOptions, WebSocketServer } from 'ws'
import { createHub } from '../../src/index.ts'
import { type FaultRule, createFaultProxy } from '../../src/testing/index.ts'

/** The URLs of the servers. */
export interface RecoveryUrls {
  /** The hub, behind the proxy. It records each delivered message and publishes it in the stream `echo`. */
  hub: string
  /** Executes a `RecoveryCommand` sent by POST, and answers with JSON. */
  control: string
  /** A server that selects none of the offered subprotocols. */
  silent: string
  /** A server that refuses clients which offer a subprotocol. */
  strict: string
}

/** The commands of the control server. */
export type RecoveryCommand =
  /** Publishes numbers in the stream `numbers`. */
  | { do: 'publish'; from: number; count: number }
  /** Replaces all fault rules with one. */
  | { do: 'fault'; rule: FaultRule }
  | { do: 'cut' }
  /** Cuts all connections and refuses new ones. */
  | { do: 'away' }
  | { do: 'heal' }
  /** Returns the delivered messages in order, and clears the list. */
  | { do: 'applied' }

/** A plain echo server on its own port. */
async function startEcho(options: ServerOptions): Promise<{ url: string; close(): void }> {
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  await once(sockets, 'listening')
  sockets.on('connection', (socket) =>
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  )
  return {
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

export async function startRecoveryServer(): Promise<{ urls: RecoveryUrls; close(): Promise<void> }> {
  const hub = createHub({
    port: 0,
    host: '127.0.0.1',
    heartbeat: { interval: 300, timeout: 300 },
    limits: { rate: 10_000, burst: 10_000 },
  })
  await hub.ready
  const applied: unknown[] = []
  hub.on('message', (message, { id }) => {
    applied.push(message)
    return hub.publish('echo', message, { idempotencyKey: id })
  })
  const proxy = await createFaultProxy({ target: hub.port! })
  const silent = await startEcho({ handleProtocols: () => false })
  const strict = await startEcho({
    verifyClient: ({ req }: { req: { headers: Record<string, unknown> } }) => !req.headers['sec-websocket-protocol'],
  })

  const execute = async (command: RecoveryCommand): Promise<unknown> => {
    if (command.do === 'applied') return applied.splice(0)
    if (command.do === 'cut') return proxy.cut()
    if (command.do === 'publish') {
      for (let n = command.from; n < command.from + command.count; n++) await hub.publish('numbers', n)
      return undefined
    }
    await proxy.clear()
    if (command.do === 'fault') await proxy.add(command.rule)
    if (command.do === 'away') await proxy.add({ fault: 'refuse' })
    if (command.do === 'away') proxy.cut()
    return undefined
  }
  const control = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const answer = await execute(JSON.parse(body) as RecoveryCommand)
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end(JSON.stringify(answer ?? null))
  })
  control.listen(0, '127.0.0.1')
  await once(control, 'listening')

  return {
    urls: {
      hub: proxy.url,
      control: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
      silent: silent.url,
      strict: strict.url,
    },
    async close() {
      await proxy.close()
      await hub.close()
      silent.close()
      strict.close()
      control.close()
      control.closeAllConnections()
    },
  }
}

/**
 * For tests that run in a browser, which cannot start a server: a hub behind a proxy that makes faults, commanded over HTTP, and servers
 * that know nothing of our subprotocol.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { type ServerOptions, WebSocketServer } from 'ws'
import { createHub } from '../../src/index.ts'
import { type FaultRule, createFaultProxy } from '../../src/testing/index.ts'

/** Where the servers are. */
export interface RecoveryUrls {
  /** The hub, through the proxy. What is delivered to it is noted, and published in the stream `said`. */
  hub: string
  /** Takes a `RecoveryCommand` by POST, and answers with JSON. */
  control: string
  /** Answers an offer of subprotocols with none. */
  silent: string
  /** Refuses whoever offers a subprotocol. */
  strict: string
}

/** What can be asked for. */
export type RecoveryCommand =
  /** Publishes numbers in the stream `told`. */
  | { do: 'publish'; from: number; count: number }
  /** Puts one rule in force in the place of all before it. */
  | { do: 'fault'; rule: FaultRule }
  | { do: 'cut' }
  /** Nobody listens any more. */
  | { do: 'away' }
  | { do: 'heal' }
  /** Gives what was delivered, in order. */
  | { do: 'applied' }

/** A plain server that says everything back, on a port of its own. */
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
    return hub.publish('said', message, { idempotencyKey: id })
  })
  const proxy = await createFaultProxy({ target: hub.port! })
  const silent = await startEcho({ handleProtocols: () => false })
  const strict = await startEcho({
    verifyClient: ({ req }: { req: { headers: Record<string, unknown> } }) => !req.headers['sec-websocket-protocol'],
  })

  const obey = async (command: RecoveryCommand): Promise<unknown> => {
    if (command.do === 'applied') return applied.splice(0)
    if (command.do === 'cut') return proxy.cut()
    if (command.do === 'publish') {
      for (let n = command.from; n < command.from + command.count; n++) await hub.publish('told', n)
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
    const answer = await obey(JSON.parse(body) as RecoveryCommand)
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

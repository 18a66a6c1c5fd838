/**
 * A half-open link: the network fails without a FIN, so the platform reports nothing. With a heartbeat of 1 s and 1 s the class leaves it
 * at once and is open again within 3.5 s. Both peers still read OPEN.
 */

import PartySocket from 'partysocket/ws'
import ReconnectingPeer from 'reconnecting-websocket'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'
import { type EchoServer, startEchoServer } from '../support/echoServer.ts'
import { type StallingProxy, startStallingProxy } from '../support/stallingProxy.ts'
import { createTestSocket, record } from './createTestSocket.ts'

const heartbeat = { interval: 1000, timeout: 1000 }
/** The promise of the design, in ms. */
const WITHIN = 3500

test('with a fake clock, the half-open link is left after 2 s and the socket is open again within 3.5 s', async () => {
  const { clock, server, open, settle } = createTestSocket()
  clock.setRandom(0.999)
  const socket = await open({ heartbeat })
  const events = record(socket)
  const startedAt = clock.now()
  await clock.run(2000)
  expect(events).toEqual([
    ['error', 3, expect.any(String)],
    ['close', 3, { code: 4000, reason: '', wasClean: false }],
  ])
  await clock.run(socket.client.get().retryAt! - clock.now())
  await settle()
  server.last.accept()
  expect(socket.readyState).toBe(1)
  expect(clock.now() - startedAt).toBeLessThanOrEqual(WITHIN)
})

let server: EchoServer
let proxy: StallingProxy
beforeEach(async () => {
  server = await startEchoServer()
  proxy = await startStallingProxy(server.url)
})
afterEach(async () => {
  await proxy.close()
  await server.close()
})

const next = (socket: EventTarget, type: string): Promise<unknown> =>
  new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }))

test('through a stalling proxy, the class is open again while both peers still read OPEN and report nothing', async () => {
  const options = { WebSocket, heartbeat: { ...heartbeat, isReply: 'ping' } } // the server echoes
  const socket = new ReconnectingWebSocket(proxy.url, [], options)
  const peers = [new PartySocket(proxy.url, [], { WebSocket }), new ReconnectingPeer(proxy.url, [], { WebSocket })]
  const sockets = [socket, ...peers] as unknown as EventTarget[]
  await Promise.all(sockets.map((each) => next(each, 'open')))
  let peerEvents = 0
  for (const peer of peers)
    for (const type of ['close', 'error', 'open'] as const) peer.addEventListener(type, () => void peerEvents++)
  // The random wait of a first attempt, as a number that does not depend on the load of this machine.
  const waits: number[] = []
  socket.client.on('retry', ({ delay }) => waits.push(delay))
  const closed = next(socket, 'close')
  proxy.stall()
  await expect(closed).resolves.toMatchObject({ code: 4000 })
  await next(socket, 'open')
  expect(heartbeat.interval + heartbeat.timeout + waits[0]!).toBeLessThanOrEqual(WITHIN)
  expect(socket.readyState).toBe(1)
  expect([peerEvents, ...peers.map(({ readyState }) => readyState)]).toEqual([0, 1, 1])
  for (const each of [socket, ...peers]) each.close()
})

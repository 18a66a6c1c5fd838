/**
 * A scenario of the property test: one socket of the class on a real server of `ws` and on a fake clock, and a model of what a
 * `WebSocket` that may open again does. Each step and each event is compared with the model.
 */

import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { createFakeClock } from '../../src/testing/index.ts'
import type { ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'

export type Step =
  | { readonly do: 'send' | 'close' | 'reconnect' | 'settle' | 'retry' }
  | { readonly do: 'closeInListener' | 'reconnectInListener'; readonly type: 'open' | 'message' | 'close' | 'error' }
  | { readonly do: 'serverClose'; readonly code: number }
  | { readonly do: 'serverCuts' | 'serverSends' | 'serverRefuses' }

export interface ScenarioServer {
  readonly url: string
  readonly sockets: ReadonlySet<WebSocket>
  /** How many handshakes are refused from now on. */
  refusals: number
  /** Calls back with each message and the number of its connection. */
  onMessage: (text: string, connection: number) => void
  stop(): Promise<void>
}

export const startScenarioServer = (): Promise<ScenarioServer> => {
  let connections = 0
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient: () => scenario.refusals-- <= 0 })
  server.on('connection', (socket) => {
    const connection = ++connections
    socket.on('error', () => {})
    socket.on('message', (data) => scenario.onMessage(String(data), connection))
  })
  let scenario: ScenarioServer
  return new Promise((resolve) => {
    server.on('listening', () => {
      scenario = {
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
        sockets: server.clients,
        refusals: 0,
        onMessage: () => {},
        stop: () => {
          for (const socket of server.clients) socket.terminate()
          return new Promise((stopped) => server.close(() => stopped()))
        },
      }
      resolve(scenario)
    })
  })
}

/** Resolves with the next event of one of the types. */
const nextOf = (socket: EventTarget, ...types: string[]): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      for (const type of types) socket.removeEventListener(type, done)
      resolve()
    }
    for (const type of types) socket.addEventListener(type, done)
  })

/** @throws Error at the first difference from the model */
export const runScenario = async (
  Class: typeof ReconnectingWebSocket,
  server: ScenarioServer,
  steps: readonly Step[],
): Promise<Record<string, number>> => {
  const clock = createFakeClock(1_700_000_000_000)
  const counts: Record<string, number> = {}
  /** The texts that wait in the model's queue. */
  let queued: number[] = []
  let lastText = 0
  let lastReceived = 0
  let isOpen = false
  let isFinal = false
  let isInsideClose = false
  let isEnding = false
  /** `close()` was called while `readyState` was not CLOSED. */
  let expectsClose = false
  /** An error was dispatched, and its close follows. */
  let awaitsClose = false
  let lastState = 0
  const failures: string[] = []
  const fail = (text: string): void => void failures.push(text)
  const allowed: Record<number, readonly number[]> = { 0: [0, 1, 2, 3], 1: [1, 2, 3], 2: [0, 2, 3], 3: [3, 0] }

  server.refusals = 0
  server.onMessage = (text) => {
    const number = Number(text)
    if (number <= lastReceived) fail(`${number} was received after ${lastReceived}`)
    lastReceived = number
  }
  const socket = new Class(server.url, [], { WebSocket, clock, environment: false, minReconnectionDelay: 10 })
  /** Every change that can be seen is one of the allowed ones. Before open, CONNECTING may have been between two steps. */
  const observe = (type?: string): void => {
    const state = socket.readyState
    if (type === 'open' && lastState > 1) lastState = 0
    if (!allowed[lastState]!.includes(state)) fail(`readyState went from ${lastState} to ${state}`)
    lastState = state
  }
  const send = (): void => {
    lastText++
    const isSent = socket.send(String(lastText))
    if (isSent && queued.length) fail(`${lastText} was sent before ${queued.join()}`)
    if (!isSent) queued.push(lastText)
    if (isSent && socket.readyState !== 1) fail('sent while not open')
  }
  const close = (): void => {
    const isClosed = socket.readyState === 3
    isInsideClose = true
    socket.close()
    isInsideClose = false
    if (isClosed) isFinal = isFinal || !awaitsClose
    else expectsClose = true
    if (socket.readyState === 0 || socket.readyState === 1) fail(`readyState ${socket.readyState} after close()`)
  }
  const reconnect = (): void => {
    isFinal = false
    const wasOpen = isOpen
    socket.reconnect()
    if (wasOpen && isOpen && !awaitsClose) fail('reconnect() without a close event')
    // Until the next socket it is the state of the previous one, which closes.
    if (socket.readyState === 2) lastState = 2
  }
  for (const type of ['open', 'message', 'error', 'close', 'stop']) {
    socket.addEventListener(type, () => {
      counts[type] = (counts[type] ?? 0) + 1
      if (isInsideClose) fail(`${type} inside close()`)
      if (isFinal) fail(`${type} after the final close`)
      observe(type)
      awaitsClose = type === 'error'
      if (type === 'open') {
        if (isOpen) fail('open without a close before')
        if (socket.readyState !== 1) fail(`readyState ${socket.readyState} inside open`)
        isOpen = true
        queued = []
        send()
      } else if (type === 'message') {
        if (!isOpen || socket.readyState !== 1) fail('a message while not open')
      } else if (socket.readyState !== 3) fail(`readyState ${socket.readyState} inside ${type}`)
      if (type === 'close') {
        isOpen = expectsClose = false
        isFinal = !socket.shouldReconnect
      }
    })
  }
  /** Waits until the socket is open, closed for good, or waits for an attempt. Nothing here takes a fixed time. */
  const settle = async (): Promise<void> => {
    await clock.run(0)
    for (;;) {
      const { status, retryAt } = socket.client.get()
      if (status === 'open' || status === 'closed' || retryAt !== undefined) return
      // After `reconnect()` the end of the previous connection is an event of the client alone.
      await new Promise((resolve) => socket.client.onAny(resolve))
      await clock.run(0)
    }
  }
  /** Acts at the server's end of an open connection, and waits for the event that follows. */
  const answered = async (type: 'close' | 'message', act: (peer: WebSocket) => void): Promise<void> => {
    await settle()
    if (socket.readyState !== 1) return
    const event = nextOf(socket, type)
    for (const peer of server.sockets) if (peer.readyState === 1) act(peer)
    await event
  }
  for (const step of steps) {
    if (step.do === 'send') send()
    else if (step.do === 'close') close()
    else if (step.do === 'reconnect') reconnect()
    else if (step.do === 'settle') await settle()
    else if (step.do === 'closeInListener')
      socket.addEventListener(step.type, () => isEnding || close(), { once: true })
    else if (step.do === 'reconnectInListener')
      socket.addEventListener(step.type, () => isEnding || reconnect(), { once: true })
    else if (step.do === 'serverClose') await answered('close', (peer) => peer.close(step.code))
    else if (step.do === 'serverCuts') await answered('close', (peer) => peer.terminate())
    else if (step.do === 'serverSends') await answered('message', (peer) => peer.send('from the server'))
    else if (step.do === 'serverRefuses') server.refusals = 1
    else {
      const { retryAt } = socket.client.get()
      if (retryAt !== undefined) await clock.run(retryAt - clock.now())
    }
    observe()
  }
  isEnding = true
  close()
  await settle()
  for (const peer of server.sockets)
    if (peer.readyState !== 3) await new Promise((resolve) => peer.once('close', resolve))
  const events = Object.values(counts).reduce((sum, count) => sum + count, 0)
  await clock.run(60_000)
  if (Object.values(counts).reduce((sum, count) => sum + count, 0) !== events) fail('an event after the end')
  if (expectsClose) fail('no close event after close()')
  if (clock.pending) fail(`${clock.pending} timers left`)
  if (socket.client.socket) fail('a socket is left')
  if (socket.drainQueuedMessages().join() !== queued.join()) fail('the queue is not what was not sent')
  if (failures.length) throw new Error(failures.join('; '))
  return counts
}

/** What must hold after every command, checked against the client's sockets, its state and the model. */

import { renderingOf } from '../../../src/adapter/rendering.ts'
import type { Snapshot } from '../../../src/index.ts'
import type { ModelTestClient, RunOptions } from './createModelTestClient.ts'
import type { Model } from './model.ts'

/** Records a violation with this text unless the condition holds. */
export type Check = (holds: boolean, violation: string) => void

/** The events and notifications that the client has emitted. */
export interface Emitted {
  status: string
  /** Any event, or another change of the state, since the last check. */
  anything: boolean
  dropped: unknown[]
  /** The snapshot at the last notification of subscribers. */
  notified: Snapshot<string> | undefined
  /** The snapshot at the last check. */
  snapshot: Snapshot<string> | undefined
}

/** The current socket ended without an event, also while `onConnect` runs. */
const isCurrentSilent = ({ client, server, endedSilently }: ModelTestClient): boolean =>
  endedSilently() && client.socket === server.last.socket

/** The client's state matches its sockets. */
export const checkSockets = (testClient: ModelTestClient, options: RunOptions, check: Check): void => {
  const { client, alive, isProviderPending, arrived, clock, server } = testClient
  const { status, retryAt } = client.get()
  const sockets = alive()
  const readyState = sockets[0]?.socket.readyState
  // A socket that ended without an event stays current until the client notices it, and then for `closeTimeout`.
  const isSilent = testClient.endedSilently() && (status === 'open' || status === 'closing')
  const closing = status === 'closing' || isSilent ? server.last.socket : undefined
  check(sockets.length < 2, `${sockets.length} sockets at once`)
  const mayBeOpen = readyState === 1 || isSilent
  const runsOnConnect = options.onConnect !== 'none' && (status === 'connecting' || status === 'reconnecting')
  check(status !== 'open' || mayBeOpen, `is open with a socket in readyState ${readyState}`)
  check(readyState !== 1 || status === 'open' || runsOnConnect, `is ${status} with an open socket`)
  const current = sockets[0]?.socket ?? closing
  check(client.socket === current || isCurrentSilent(testClient), 'exposes another socket')
  check(!closing || closing.readyState === 2 || isSilent, 'is closing, but the socket is not')
  check(status !== 'closed' || !(sockets.length || isProviderPending()), 'is closed, but still connects')
  check(
    status !== 'connecting' || readyState === 0 || runsOnConnect || isProviderPending(),
    'is connecting without a dial',
  )
  const waits = status === 'reconnecting' && !sockets.length && retryAt! >= clock.now()
  check(retryAt === undefined || waits, `is ${status} and waits until ${retryAt}`)
  const numbers = arrived().map((message) => Number(String(message).slice(1)))
  check(
    numbers.every((number, i) => !i || number > numbers[i - 1]!),
    `messages arrived out of order or twice: ${arrived()}`,
  )
}

/** The state matches the emitted events, and its object changes only when its content does. */
export const checkState = ({ client }: ModelTestClient, emitted: Emitted, disposed: boolean, check: Check): void => {
  const now = client.get()
  check(now.status === emitted.status, `is ${now.status}, but emitted ${emitted.status}`)
  const last = emitted.snapshot
  const same = last && Object.entries(now).every(([name, value]) => last[name as 'status'] === value)
  check(!same || emitted.anything || now === last, 'get() returns a new object without a change')
  check(
    renderingOf(client).get() === renderingOf(client).get(),
    'the rendered snapshot is a new object without a change',
  )
  // A lazy client without users already renders the dial that its first user causes.
  const planned = renderingOf(client).get().status !== now.status
  const seen = !emitted.notified || emitted.notified === renderingOf(client).get()
  check(seen || disposed || planned, 'subscribers were last notified of another snapshot')
  emitted.snapshot = now
  emitted.anything = false
}

/** The client did everything that was requested, and nothing else. */
export const checkPromises = (testClient: ModelTestClient, options: RunOptions, model: Model, check: Check): void => {
  const { alive, arrived, isProviderPending, client, clock, page } = testClient
  const { status, queued, received, retryAt } = client.get()
  check(model.wanted === (status !== 'closed' && status !== 'closing'), `is ${status}, wanted: ${model.wanted}`)
  check(`${arrived()}` === `${model.arrived}`, `arrived: ${arrived()}; expected ${model.arrived}`)
  check(queued === model.waiting.length, `queued: ${queued}; expected ${model.waiting.length}`)
  check(received === model.received, `received: ${received}; expected ${model.received}`)
  const decisionPending = model.owed === 'retry' && options.decision === 'never'
  check(!model.owed || decisionPending, `did not emit ${model.owed}`)
  const ways = [
    alive().length > 0 || isCurrentSilent(testClient),
    isProviderPending(),
    retryAt !== undefined,
    model.away,
    decisionPending,
  ]
  const count = ways.filter(Boolean).length
  check(status !== 'reconnecting' || count === 1, `is reconnecting in ${count} ways at once`)
  check(page.listeners === (status === 'closed' ? 0 : 1), `${page.listeners} listeners on the page while ${status}`)
  // The deadline of a socket that ended without an event runs once the client has noticed it.
  const isUncertain = status === 'open' && testClient.endedSilently() && !options.heartbeat
  const own = status === 'closed' || model.away || (status === 'open' && !options.heartbeat) ? 0 : 1
  const timers = own + (model.waiting.length ? 1 : 0) + (model.lingersUntil === undefined ? 0 : 1)
  // One more timer is allowed while subscribers wait for the next frame.
  const frame = options.pace === 'frame' && options.subscribed && clock.pending > timers ? 1 : 0
  const isExpected = clock.pending === timers + frame || (isUncertain && clock.pending === timers + frame + 1)
  check(isExpected, `${clock.pending} timers while ${status}; expected ${timers}`)
}

/** What must be so of a client after any command, told from its sockets, its state and its model. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import type { Snapshot } from '../../src/index.ts'
import type { Model } from './clientModel.ts'
import type { Setup, Stage } from './clientStage.ts'

type Claim = (holds: boolean, text: string) => void

/** What a client has told. */
export interface Said {
  status: string
  /** Since the last inspection. */
  anything: boolean
  dropped: unknown[]
  /** What subscribers saw when they were last told. */
  told: Snapshot<string> | undefined
  /** The state at the last inspection. */
  snapshot: Snapshot<string> | undefined
}

/** What is claimed of the connection is so. */
export const inspectSockets = ({ client, alive, asking, arrived, clock, server }: Stage, claim: Claim): void => {
  const { status, retryAt } = client.get()
  const sockets = alive()
  const phase = sockets[0]?.socket.readyState
  const closing = status === 'closing' ? server.last.socket : undefined
  claim(sockets.length < 2, `${sockets.length} sockets at once`)
  claim((status === 'open') === (phase === 1), `is ${status} with a socket in phase ${phase}`)
  claim(client.socket === (sockets[0]?.socket ?? closing), 'shows another socket')
  claim(!closing || closing.readyState === 2, 'is closing without a socket that is')
  claim(status !== 'closed' || !(sockets.length || asking()), 'is closed and goes on')
  claim(status !== 'connecting' || phase === 0 || asking(), 'is connecting to nothing')
  const waits = status === 'reconnecting' && !sockets.length && retryAt! >= clock.now()
  claim(retryAt === undefined || waits, `is ${status} and waits until ${retryAt}`)
  const numbers = arrived().map((message) => Number(String(message).slice(1)))
  claim(
    numbers.every((number, i) => !i || number > numbers[i - 1]!),
    `arrived out of order or twice: ${arrived()}`,
  )
}

/** The state is what was told, and another object only where something changed. */
export const inspectState = ({ client }: Stage, said: Said, disposed: boolean, claim: Claim): void => {
  const now = client.get()
  claim(now.status === said.status, `is ${now.status}, said ${said.status}`)
  const same = said.snapshot && Object.entries(now).every(([name, value]) => said.snapshot![name as 'status'] === value)
  claim(!same || said.anything || now === said.snapshot, 'is another object without a change')
  claim(renderingOf(client).get() === renderingOf(client).get(), 'shows another object without a change')
  // Where a user is awaited who is going to dial, the view runs ahead.
  const planned = renderingOf(client).get().status !== now.status
  claim(
    !said.told || disposed || planned || said.told === renderingOf(client).get(),
    'subscribers were told something else',
  )
  said.snapshot = now
  said.anything = false
}

/** What was asked for is done, and nothing else. */
export const inspectPromises = (stage: Stage, setup: Setup, model: Model, claim: Claim): void => {
  const { alive, arrived, asking, client, clock, page } = stage
  const { status, queued, received, retryAt } = client.get()
  claim(model.wanted === (status !== 'closed' && status !== 'closing'), `is ${status}, wanted: ${model.wanted}`)
  claim(`${arrived()}` === `${model.arrived}`, `arrived: ${arrived()}; not ${model.arrived}`)
  claim(queued === model.waiting.length, `queued: ${queued}, not ${model.waiting.length}`)
  claim(received === model.received, `received: ${received}, not ${model.received}`)
  const judging = model.owed === 'retry' && setup.judge === 'never'
  claim(!model.owed || judging, `never said ${model.owed}`)
  const ways = [alive().length > 0, asking(), retryAt !== undefined, model.away, judging].filter(Boolean).length
  claim(status !== 'reconnecting' || ways === 1, `is reconnecting in ${ways} ways`)
  claim(page.listeners === (status === 'closed' ? 0 : 1), `${page.listeners} listeners on the page while ${status}`)
  const own = status === 'closed' || model.away || (status === 'open' && !setup.beats) ? 0 : 1
  const timers = own + (model.waiting.length ? 1 : 0) + (model.lingersUntil === undefined ? 0 : 1)
  // Subscribers may be waiting for the next frame.
  const frame = setup.pace === 'frame' && setup.subscribed && clock.pending > timers ? 1 : 0
  claim(clock.pending === timers + frame, `${clock.pending} timers while ${status}, not ${timers}`)
}

/** Commands of the user: calls on the client, and listeners that call the client or throw. */

import type { ClientEvents } from '../../../src/index.ts'
import { type Command, type Run, createCommand } from './command.ts'
import { HIGH_WATER_MARK } from './createModelTestClient.ts'
import { type Model, clear, endUse, open, release, retain, send, setWanted } from './model.ts'

export const openClient = createCommand('open()', (model, { client }) => {
  open(model)
  client.open()
})
export const reconnect = createCommand('reconnect()', (model, { client }) => {
  const before = client.get()
  const { spent } = model
  setWanted(model, true)
  client.reconnect()
  // If the first wait has already begun, it goes on.
  if (client.get() === before) model.spent = Math.min(1, spent)
})
export const closeWith = (code: number): Command =>
  createCommand(`close(${code})`, (model, { client }) => {
    model.finished = true
    setWanted(model, false)
    clear(model)
    client.close(code)
  })
export const retainClient = createCommand('retain()', (model, { client, releases, options }) => {
  if (options.lazy) retain(model)
  releases.push(client.retain())
})
export const releaseClient = createCommand('release()', (model, { releases, options, clock }) => {
  const releaseOnce = releases.pop()
  if (releaseOnce && options.lazy) release(model, clock.now())
  releaseOnce?.()
  releaseOnce?.() // the second call has no effect
})
export const dispose = createCommand('dispose()', (model, { client }) => {
  endUse(model)
  model.disposed = true
  client.dispose()
})

const sendNext = (model: Model, run: Run, mayWait: boolean): void => {
  const { alive, client, clock, invariants, options } = run
  const message = `m${++run.sent}`
  const [connection] = alive()
  const socket =
    connection?.socket.readyState !== 1 || client.get().status !== 'open'
      ? 'none'
      : connection.bufferedAmount > HIGH_WATER_MARK
        ? 'slow'
        : 'fast'
  const expected = send(model, options, message, { mayWait, now: clock.now(), socket })
  const result = client.send(message, { queue: mayWait })
  if (result === 'queued') invariants.noteChange()
  invariants.check(result === expected || !run.strict, `send() returns ${result}; expected ${expected}`)
  invariants.check(result === 'dropped' || !model.disposed, `send() returns ${result} after dispose()`)
}
export const sendMessage = (mayWait: boolean): Command =>
  createCommand(`send(${mayWait ? '' : '{ queue: false }'})`, (model, run) => sendNext(model, run, mayWait))
export const sendAroundFullBuffer = createCommand(
  'send() with a full send buffer, then send() with an empty one',
  (model, run) => {
    const [connection] = run.alive()
    if (connection) connection.bufferedAmount = 2 ** 21
    sendNext(model, run, true)
    if (connection) connection.bufferedAmount = 0
    sendNext(model, run, true)
  },
)
export const sendFourTimes = createCommand('send() four times', (model, run) => {
  for (let times = 0; times < 4; times++) sendNext(model, run, true)
})

export type EventType = keyof ClientEvents
export const EVENT_TYPES: readonly EventType[] = [
  'status',
  'open',
  'close',
  'retry',
  'stop',
  'message',
  'error',
  'drop',
]
export const addThrowingListener = (type: EventType): Command =>
  createCommand(`on('${type}', throws)`, (_, { client }) => {
    client.on(type, () => {
      throw new Error(`a listener of ${type} throws`)
    })
  })

export const CALLS = {
  'open()': ({ client }) => client.open(),
  'close()': ({ client }) => client.close(),
  'reconnect()': ({ client }) => client.reconnect(),
  'dispose()': ({ client }) => client.dispose(),
  'send()': (run) => void run.client.send(`m${++run.sent}`),
  'retain()': ({ client, releases }) => void releases.push(client.retain()),
  'release()': ({ releases }) => releases.pop()?.(),
} satisfies Record<string, (run: Run) => void>
/** The listener runs once: two listeners that undo each other's call would never end. */
export const addCallingListener = (type: EventType, name: keyof typeof CALLS): Command =>
  createCommand(`once on('${type}'): ${name}`, (_, run) => {
    const unsubscribe = run.client.on(type, () => {
      unsubscribe()
      CALLS[name](run)
    })
  })

/** What the user of a client asks for, and what listeners do that use it or break. */

import type { ClientEvents } from '../../../src/index.ts'
import { type Command, type Play, command } from './command.ts'
import { type Model, clear, decide, open, release, rest, retain, send } from './model.ts'

export const opens = command('open()', (model, { client }) => {
  open(model)
  client.open()
})
export const reconnects = command('reconnect()', (model, { client }) => {
  const before = client.get()
  const { spent } = model
  decide(model, true)
  client.reconnect()
  // Where the first wait has begun already, it goes on.
  if (client.get() === before) model.spent = Math.min(1, spent)
})
export const closes = (code: number): Command =>
  command(`close(${code})`, (model, { client }) => {
    decide(model, false)
    clear(model)
    client.close(code)
  })
export const retains = command('retain()', (model, { client, releases, setup }) => {
  if (setup.lazy) retain(model)
  releases.push(client.retain())
})
export const lets = command('release()', (model, { releases, setup, clock }) => {
  const end = releases.pop()
  if (end && setup.lazy) release(model, clock.now())
  end?.()
  end?.() // counts once
})
export const disposes = command('dispose()', (model, { client }) => {
  rest(model)
  model.disposed = true
  client.dispose()
})
const say = (model: Model, play: Play, mayWait: boolean): void => {
  const { alive, client, clock, referee, setup } = play
  const message = `m${++play.sent}`
  const [connection] = alive()
  const line = connection?.socket.readyState !== 1 ? 'none' : connection.bufferedAmount ? 'slow' : 'fast'
  const expected = send(model, setup, message, { mayWait, now: clock.now(), line })
  const result = client.send(message, { queue: mayWait })
  referee.claim(result === expected || !play.strict, `send() says ${result}, not ${expected}`)
  referee.claim(result === 'dropped' || !model.disposed, `send() says ${result} after dispose()`)
}
export const sends = (mayWait: boolean): Command =>
  command(`send(${mayWait ? '' : '{ queue: false }'})`, (model, play) => say(model, play, mayWait))
export const jams = command('send() in a jam, and send() just after it', (model, play) => {
  const [connection] = play.alive()
  if (connection) connection.bufferedAmount = 2 ** 21
  say(model, play, true)
  if (connection) connection.bufferedAmount = 0
  say(model, play, true)
})

export const floods = command('send() four times', (model, play) => {
  for (let times = 0; times < 4; times++) say(model, play, true)
})

export type Type = keyof ClientEvents
export const TYPES: readonly Type[] = ['status', 'open', 'close', 'retry', 'stop', 'message', 'error', 'drop']
export const throws = (type: Type): Command =>
  command(`on('${type}', throws)`, (_, { client }) => {
    client.on(type, () => {
      throw new Error(`a listener of ${type} throws`)
    })
  })
export const CALLS = {
  'open()': ({ client }) => client.open(),
  'close()': ({ client }) => client.close(),
  'reconnect()': ({ client }) => client.reconnect(),
  'dispose()': ({ client }) => client.dispose(),
  'send()': (play) => void play.client.send(`m${++play.sent}`),
  'retain()': ({ client, releases }) => void releases.push(client.retain()),
  'release()': ({ releases }) => releases.pop()?.(),
} satisfies Record<string, (play: Play) => void>
/** Once, because two listeners that undo each other's work for ever are nobody's fault but their own. */
export const reenters = (type: Type, name: keyof typeof CALLS): Command =>
  command(`once on('${type}'): ${name}`, (_, play) => {
    const off = play.client.on(type, () => {
      off()
      CALLS[name](play)
    })
  })

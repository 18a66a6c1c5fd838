/** What time does to a client, with what servers do at the end of it. */

import { type Command, type Play, command } from './clientCommand.ts'
import { type Model, expire, flush, hear, open, rest } from './clientModel.ts'
import { TIMES } from './clientStage.ts'

/** A slow socket is looked at every so many ms. */
const TICK = 20

/** Moves time, and the model with it: nobody but timers acts meanwhile. */
const move = (model: Model, { clock, alive }: Play, ms: number, turn: () => void): void => {
  const from = clock.now()
  const [before] = alive()
  const leaves = model.lingersUntil ?? Infinity
  turn()
  const now = from + ms
  const restNow = (): void => {
    expire(model, Math.min(leaves, now))
    rest(model)
  }
  if (leaves < from + Math.min(TICK, ms)) restNow()
  expire(model, now)
  const [connection] = alive()
  const open = connection === before && connection?.socket.readyState === 1 && !connection.bufferedAmount
  if (ms >= TICK && open) flush(model)
  if (model.lingersUntil !== undefined && leaves <= now) restNow()
}

/** The first tick apart, because the connection that it looks at may end after it. */
const pass = (model: Model, play: Play, ms: number): void => {
  const parts = [Math.min(ms, TICK), ms - TICK].filter((part) => part > 0)
  for (const part of parts) move(model, play, part, () => play.clock.advance(part))
}

export const passes = (ms: number): Command =>
  command(`${ms} ms pass`, (model, play) => {
    const { client, dials, referee, setup } = play
    const { wanted, away } = model
    pass(model, play, ms)
    const { status } = client.get()
    // Whatever is waited for ends. Longer than two probes no silence lasts, and than the longest wait no pause.
    referee.claim(ms < 500 || status !== 'closing', 'closing does not end')
    referee.claim(ms < 12_000 || status !== 'open' || !setup.beats, 'a silent link is open still')
    const idle = play.dials === dials && wanted && model.wanted && !away && status !== 'open'
    referee.claim(ms < 100_000 || !idle || !play.strict, 'nothing is tried')
  })
export const waits = command('the wait passes, and the server accepts', (model, play) => {
  const { retryAt } = play.client.get()
  const left = retryAt === undefined ? 0 : Math.ceil((retryAt - play.clock.now()) / TICK) * TICK
  pass(model, play, left)
  play.server.connections.at(-1)?.accept()
})
export const connects = command('open(), and the server accepts', (model, play) => {
  open(model)
  play.client.open()
  play.server.connections.at(-1)?.accept()
})
export const beats = command('the server answers the ping', (model, play) => {
  const { alive, clock, setup, server } = play
  if (!setup.beats || alive()[0]?.socket.readyState !== 1) return
  const silence = Math.ceil((TIMES.interval + 1) / TICK) * TICK
  pass(model, play, silence)
  if (alive()[0]) hear(model, clock.now())
  server.last.send('pong')
})
/** Nothing runs meanwhile, and what fell due is late. */
const sleep = (model: Model, play: Play, ms: number): void =>
  move(model, play, ms, () => {
    play.clock.jump(ms)
    play.clock.advance(0)
  })
export const sleeps = (ms: number): Command => command(`asleep for ${ms} ms`, (model, play) => sleep(model, play, ms))
export const throttled = command('timers run once a minute, ten times', (model, play) => {
  for (let minute = 0; minute < 10; minute++) sleep(model, play, 60_000)
  play.referee.claim(play.client.get().status !== 'open' || !play.setup.beats, 'a silent link is open for ten minutes')
})

/** What time does to a client, with what servers do at the end of it. */

import { type Command, type Play, command } from './command.ts'
import { type Model, expire, flush, hear, open, rest } from './model.ts'
import { TIMES } from './createModelTestClient.ts'

/** A slow socket is looked at every so many ms. */
const TICK = 20

/** Nobody but timers acts meanwhile. Where time jumps, they run at its end, the earliest first. */
const move = (model: Model, { clock, alive }: Play, ms: number, jumps = false): void => {
  const from = clock.now()
  const now = from + ms
  const leaves = model.lingersUntil ?? Infinity
  const fast = (): boolean => alive().some(({ socket, bufferedAmount }) => socket.readyState === 1 && !bufferedAmount)
  const wasFast = fast()
  if (jumps) clock.jump(ms)
  clock.advance(jumps ? 0 : ms)
  const restNow = (): void => {
    expire(model, Math.min(leaves, now))
    rest(model)
  }
  if (leaves < from + Math.min(TICK, ms)) restNow()
  expire(model, now)
  // In a jump no link ends before the tick, but perhaps after it.
  if (ms >= TICK && wasFast && (jumps || fast())) flush(model)
  if (model.lingersUntil !== undefined && leaves <= now) restNow()
}

/** The first tick apart, because the connection that it looks at may end after it. */
const pass = (model: Model, play: Play, ms: number): void => {
  const parts = [Math.min(ms, TICK), ms - TICK].filter((part) => part > 0)
  for (const part of parts) move(model, play, part)
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
export const sleeps = (ms: number): Command =>
  command(`asleep for ${ms} ms`, (model, play) => move(model, play, ms, true))
export const throttled = command('timers run once a minute, ten times', (model, play) => {
  for (let minute = 0; minute < 10; minute++) move(model, play, 60_000, true)
  play.referee.claim(play.client.get().status !== 'open' || !play.setup.beats, 'a silent link is open for ten minutes')
})

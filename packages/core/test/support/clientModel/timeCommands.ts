/** Commands that move the clock, some of them followed by an answer of the server. */

import { type Command, type Run, createCommand } from './command.ts'
import { HIGH_WATER_MARK, TIMES } from './createModelTestClient.ts'
import { type Model, endUse, expire, flush, noteActivity, open, showPage } from './model.ts'

/** The interval in ms at which the client looks at a full send buffer. */
const TICK = 20

/** Moves the clock; only timers act meanwhile. Where time jumps, they fire at the end of the jump, the earliest first. */
const move = (model: Model, { client, clock, alive }: Run, ms: number, jumps = false): void => {
  const from = clock.now()
  const now = from + ms
  const lingerEnds = model.lingersUntil ?? Infinity
  const hasFastSocket = (): boolean =>
    client.get().status === 'open' &&
    alive().some(({ socket, bufferedAmount }) => socket.readyState === 1 && bufferedAmount <= HIGH_WATER_MARK)
  const wasFast = hasFastSocket()
  if (jumps) clock.jump(ms)
  // A timer that fires 5 s late counts as a wake.
  if (jumps && ms >= 5000 && model.wanted) model.hinted = true
  clock.advance(jumps ? 0 : ms)
  const endLinger = (): void => {
    expire(model, Math.min(lingerEnds, now))
    endUse(model)
  }
  if (lingerEnds < from + Math.min(TICK, ms)) endLinger()
  expire(model, now)
  // In a jump no connection ends before the tick, but one may end after it.
  if (ms >= TICK && wasFast && (jumps || hasFastSocket())) flush(model)
  if (model.lingersUntil !== undefined && lingerEnds <= now) endLinger()
}

/** Moves the first tick separately, because the connection that it looks at may end after it. */
const pass = (model: Model, run: Run, ms: number): void => {
  const parts = [Math.min(ms, TICK), ms - TICK].filter((part) => part > 0)
  for (const part of parts) move(model, run, part)
}

export const advance = (ms: number): Command =>
  createCommand(`${ms} ms pass`, (model, run) => {
    const { client, dials, invariants, options } = run
    const { wanted, away } = model
    pass(model, run, ms)
    const { status } = client.get()
    // Every wait is bounded: a closing handshake, a silence by two probes, and a pause by the longest wait.
    invariants.check(ms < 500 || status !== 'closing', 'closing does not end')
    // A server that never replies may keep its connection.
    const mustEnd = options.heartbeat && model.replied && ms >= 100_000
    invariants.check(!mustEnd || status !== 'open', 'a silent connection is still open')
    const idle = run.dials === dials && wanted && model.wanted && !away && status !== 'open'
    invariants.check(ms < 100_000 || !idle || !run.strict, 'no attempt is made')
  })
export const waitAndAccept = createCommand('the wait passes, and the server accepts', (model, run) => {
  const { retryAt } = run.client.get()
  const left = retryAt === undefined ? 0 : Math.ceil((retryAt - run.clock.now()) / TICK) * TICK
  pass(model, run, left)
  run.server.connections.at(-1)?.accept()
})
export const openAndAccept = createCommand('open(), and the server accepts', (model, run) => {
  open(model)
  run.client.open()
  run.server.connections.at(-1)?.accept()
})
export const answerPing = createCommand('the server answers the ping', (model, run) => {
  const { alive, client, clock, options, server } = run
  if (!options.heartbeat || client.get().status !== 'open' || alive()[0]?.socket.readyState !== 1) return
  const silence = Math.ceil((TIMES.interval + 1) / TICK) * TICK
  pass(model, run, silence)
  if (alive()[0]) {
    if (model.pings && client.get().status === 'open') model.replied = true
    noteActivity(model, clock.now())
  }
  server.last.send('pong')
})
export const wakeDuringDial = createCommand('3 s into a dial the page becomes visible', (model, run) => {
  open(model)
  run.client.open()
  pass(model, run, 3000)
  showPage(model)
  if (model.wanted) model.hinted = true
  run.page.emit('wake')
})
export const sleep = (ms: number): Command =>
  createCommand(`asleep for ${ms} ms`, (model, run) => move(model, run, ms, true))
export const throttleTimers = createCommand('timers run once a minute, ten times', (model, run) => {
  for (let minute = 0; minute < 10; minute++) move(model, run, 60_000, true)
  const open = run.client.get().status === 'open'
  run.invariants.check(!open || !run.options.heartbeat || !model.replied, 'a silent connection is open for ten minutes')
})

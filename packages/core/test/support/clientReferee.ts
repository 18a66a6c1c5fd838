/** Holds a real client to the model: each word as it is said, and everything else after each command. */

import type { ClientEvents, Snapshot } from '../../src/index.ts'
import { type Model, decide, flush, lose } from './clientModel.ts'
import type { Setup, Stage } from './clientStage.ts'

type Events = ClientEvents<string, string>

/** The codes after which the policy does not try again, written down once more. */
const isFinal = (code: number): boolean =>
  [1000, 1002, 1003, 1007, 1008, 1009, 1010].includes(code) || (code >= 3000 && code % 1000 >= 500)

export interface Referee {
  /** Hears of each dial before it is made. */
  dialled(attempt: number): void
  /** Listens to the client, and judges it from now on. */
  watch(): void
  /** @throws Error with all that was wrong since the last time */
  inspect(): void
  claim(holds: boolean, text: string): void
  /** How often each event was heard. */
  readonly heard: Record<string, number>
}

/** @param strict false where listeners use the client too, so that the model cannot know what was asked for and when */
export const createReferee = (setup: Setup, model: Model, stage: () => Stage, strict: boolean): Referee => {
  const wrong: string[] = []
  const dropped: unknown[] = []
  const heard: Record<string, number> = {}
  let status = 'closed'
  let told: Snapshot<string> | undefined
  let snapshot: Partial<Snapshot<string>> = {}
  let said = false
  const claim = (holds: boolean, text: string): void => void (holds || wrong.push(text))
  const predict = (holds: boolean, text: string): void => claim(holds || !strict, text)

  const words: { [Type in keyof Events]?: (value: Events[Type]) => void } = {
    status: (value) => {
      claim(value !== status, `says ${value} twice`)
      claim(value === stage().client.get().status, `says ${value} and is ${stage().client.get().status}`)
      status = value
    },
    open: ({ attempt }) => {
      claim(model.upSince === undefined, 'says open twice without a close')
      predict(attempt === model.spent, `opened after ${attempt} attempts, not ${model.spent}`)
      predict(model.owed === undefined, `says open where ${model.owed} is owed`)
      model.upSince = model.heardAt = stage().clock.now()
      if (!stage().server.last.bufferedAmount) flush(model)
      predict(`${stage().arrived()}` === `${model.arrived}`, 'says open before the queue has gone out')
    },
    close: ({ cause, code, final }) => {
      const now = stage().clock.now()
      predict(cause !== 'heartbeat' || now - model.heardAt >= 1510, `dead after ${now - model.heardAt} ms of silence`)
      if (cause !== 'user') predict(lose(model, setup, isFinal(code), now) === final, `close ${code}, final: ${final}`)
      model.upSince = undefined
    },
    retry: ({ attempt, delay, retryAt }) => {
      predict(model.owed !== 'stop', 'tries again where it should stop')
      // Where nothing was lost, the wait is another one, or a reconnect() has to wait.
      if (model.owed === 'retry' || !model.spent) model.spent++
      model.owed = undefined
      predict(attempt === model.spent, `waits for attempt ${attempt}, not ${model.spent}`)
      claim(retryAt === stage().client.get().retryAt, 'says another time than the state')
      claim(delay >= 0 && retryAt === stage().clock.now() + delay, `waits ${delay} ms until ${retryAt}`)
    },
    stop: ({ cause, final }) => {
      predict(model.owed === 'stop', 'stops without need')
      const exhausted = model.spent >= setup.maxAttempts
      predict(final && (exhausted || cause !== 'exhausted'), `stops with ${cause}, final: ${final}`)
      Object.assign(model, { wanted: false, owed: undefined })
    },
    drop: ({ message }) => void dropped.push(message),
    // Called in a listener, it is the last word: what it ends is not told any more.
    dispose: () => {
      status = 'closed'
      model.disposed = true
    },
  }

  /** What is claimed is so, whatever was asked for. */
  const inspectSockets = (): void => {
    const { client, alive, arrived, asking, clock, server } = stage()
    const { status: now, retryAt } = client.get()
    const sockets = alive()
    const phase = sockets[0]?.socket.readyState
    const closing = now === 'closing' ? server.last.socket : undefined
    claim(sockets.length < 2, `${sockets.length} sockets at once`)
    claim((now === 'open') === (phase === 1), `is ${now} with a socket in phase ${phase}`)
    claim(client.socket === (sockets[0]?.socket ?? closing), 'shows another socket')
    claim(!closing || closing.readyState === 2, 'is closing without a socket that is')
    claim(now !== 'closed' || !(sockets.length || asking()), 'is closed and goes on')
    claim(now !== 'connecting' || phase === 0 || asking(), 'is connecting to nothing')
    const waits = now === 'reconnecting' && !sockets.length && retryAt! >= clock.now()
    claim(retryAt === undefined || waits, `is ${now} and waits until ${retryAt}`)
    claim(now === status, `is ${now}, said ${status}`)
    const same = Object.entries(client.get()).every(([name, value]) => snapshot[name as 'status'] === value)
    claim(!same || said || client.get() === snapshot, 'is another object without a change')
    claim(client.view() === client.view(), 'shows another object without a change')
    snapshot = client.get()
    said = false
    const planned = client.view().status !== client.get().status
    claim(!told || model.disposed || planned || told === client.view(), 'subscribers were told something else')
    const numbers = arrived().map((message) => Number(String(message).slice(1)))
    claim(numbers.every((number, i) => !i || number > numbers[i - 1]!), `arrived out of order or twice: ${arrived()}`)
  }

  /** What was asked for is done, and nothing else. */
  const inspectPromises = (): void => {
    const { client, arrived, alive, asking, page } = stage()
    const { status: now, queued, received, retryAt } = client.get()
    claim(model.wanted === (now !== 'closed' && now !== 'closing'), `is ${now}, wanted: ${model.wanted}`)
    claim(`${arrived()}` === `${model.arrived}`, `arrived: ${arrived()}; not ${model.arrived}`)
    claim(`${dropped}` === `${model.dropped}`, `dropped: ${dropped}; not ${model.dropped}`)
    claim(queued === model.waiting.length, `queued: ${queued}, not ${model.waiting.length}`)
    claim(received === model.received, `received: ${received}, not ${model.received}`)
    const judging = model.owed === 'retry' && setup.judge === 'never'
    claim(!model.owed || judging, `never said ${model.owed}`)
    const ways = [alive().length > 0, asking(), retryAt !== undefined, model.away, judging].filter(Boolean).length
    claim(now !== 'reconnecting' || ways === 1, `is reconnecting in ${ways} ways`)
    claim(page.listeners === (now === 'closed' ? 0 : 1), `${page.listeners} listeners on the page while ${now}`)
    inspectTimers(now)
  }

  const inspectTimers = (now: string): void => {
    const { clock } = stage()
    const own = now === 'closed' || model.away || (now === 'open' && !setup.beats) ? 0 : 1
    const timers = own + (model.waiting.length ? 1 : 0) + (model.lingersUntil === undefined ? 0 : 1)
    // Subscribers may be waiting for the next frame.
    const frame = setup.pace === 'frame' && setup.subscribed && clock.pending > timers ? 1 : 0
    claim(clock.pending === timers + frame, `${clock.pending} timers while ${now}, not ${timers}`)
  }

  return {
    claim,
    heard,
    dialled: (attempt) => {
      heard['dial'] = (heard['dial'] ?? 0) + 1
      // A verdict that was still awaited, open() has given.
      if (model.owed === 'retry') model.spent++
      model.owed = undefined
      predict(model.wanted, 'dials though nobody wants it')
      predict(!model.away, 'dials while the page is away')
      predict(attempt === model.spent, `dials as attempt ${attempt}, not ${model.spent}`)
      if (stage().answer === 'nothing') decide(model, false)
    },
    watch: () => {
      const { client } = stage()
      client.tap((type, value) => {
        said = true
        heard[type] = (heard[type] ?? 0) + 1
        ;(words[type] as ((told: unknown) => void) | undefined)?.(value)
      })
      if (!setup.subscribed) return
      told = client.view()
      client.subscribe(() => void (told = client.view()))
    },
    inspect: () => {
      inspectSockets()
      if (strict) inspectPromises()
      if (wrong.length) throw new Error(wrong.splice(0).join('; '))
    },
  }
}

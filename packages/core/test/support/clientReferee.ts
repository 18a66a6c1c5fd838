/** Holds a real client to the model: each word as it is said, and everything else after each command. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import type { ClientEvents } from '../../src/index.ts'
import { type Said, inspectPromises, inspectSockets, inspectState } from './clientInspection.ts'
import { type Model, decide, flush, hear, lose } from './clientModel.ts'
import { type Hooks, type Setup, STABLE, type Stage, TIMES } from './clientStage.ts'

type Events = ClientEvents<string, string>

/** The codes after which the policy does not try again, written down once more. */
const isFinal = (code: number): boolean =>
  [1000, 1002, 1003, 1007, 1008, 1009, 1010].includes(code) || (code >= 3000 && code % 1000 >= 500)

export interface Referee extends Hooks {
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
  const heard: Record<string, number> = {}
  const said: Said = { status: 'closed', anything: false, dropped: [], told: undefined, snapshot: undefined }
  let asked = 0
  /** When the wait ends that was said last, and when a dial was made without one. */
  let retryDue = Infinity
  let eagerAt = -Infinity
  const claim = (holds: boolean, text: string): void => void (holds || wrong.push(text))
  const predict = (holds: boolean, text: string): void => claim(holds || !strict, text)

  const words: { [Type in keyof Events]?: (value: Events[Type]) => void } = {
    status: (value) => {
      claim(value !== said.status, `says ${value} twice`)
      claim(value === stage().client.get().status, `says ${value} and is ${stage().client.get().status}`)
      said.status = value
    },
    open: ({ attempt }) => {
      claim(model.upSince === undefined, 'says open twice without a close')
      predict(attempt === model.spent, `opened after ${attempt} attempts, not ${model.spent}`)
      predict(model.owed === undefined, `says open where ${model.owed} is owed`)
      model.upSince = stage().clock.now()
      hear(model, model.upSince)
      if (!stage().server.last.bufferedAmount) flush(model)
      predict(`${stage().arrived()}` === `${model.arrived}`, 'says open before the queue has gone out')
    },
    close: ({ cause, code, final }) => {
      const now = stage().clock.now()
      const silence = cause === 'heartbeat' ? now - model.heardAt : Infinity
      predict(silence >= TIMES.interval + TIMES.timeout, `dead after ${silence} ms of silence`)
      // No deadline is 6 s long: this one was late, and so proved nothing the first time.
      const late = cause === 'heartbeat' && now - model.pingedAt >= 6000
      predict(!late || model.pings > 1, 'dead by a late timer')
      if (cause !== 'user') predict(--asked === 0 || setup.judge === 'policy', 'not asked whether to try again')
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
      retryDue = retryAt
      claim(stage().page.online() || delay >= 60_000, `waits ${delay} ms without a network`)
      claim(delay >= 0 && retryAt === stage().clock.now() + delay, `waits ${delay} ms until ${retryAt}`)
    },
    stop: ({ cause, final }) => {
      predict(model.owed === 'stop', 'stops without need')
      const exhausted = model.spent >= setup.maxAttempts
      predict(final && (exhausted || cause !== 'exhausted'), `stops with ${cause}, final: ${final}`)
      Object.assign(model, { wanted: false, owed: undefined })
    },
    drop: ({ message }) => void said.dropped.push(message),
    // Called in a listener, it is the last word: what it ends is not told any more.
    dispose: () => {
      said.status = 'closed'
      model.disposed = true
    },
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
      const now = stage().clock.now()
      const eager = now < retryDue && said.status !== 'closed' && said.status !== 'closing'
      predict(!eager || model.back || now - eagerAt >= 5000, `dials again after ${now - eagerAt} ms`)
      if (eager) eagerAt = now
      retryDue = Infinity
      model.back = false
      if (stage().answer === 'nothing') decide(model, false)
    },
    judged: (attempt) => {
      const { upSince } = model
      const spent = upSince !== undefined && stage().clock.now() - upSince >= STABLE ? 0 : model.spent
      predict(++asked === 1 && model.wanted && !model.owed, 'asks whether to try again where nothing was lost')
      predict(attempt === spent, `asks about attempt ${attempt}, not ${spent}`)
    },
    pinged: () => {
      const silence = stage().clock.now() - model.heardAt
      predict(model.upSince !== undefined && silence >= TIMES.interval, `pings after ${silence} ms of silence`)
      model.pings++
      model.pingedAt = stage().clock.now()
    },
    watch: () => {
      const { client } = stage()
      client.onAny((type, value) => {
        said.anything = true
        heard[type] = (heard[type] ?? 0) + 1
        ;(words[type] as ((told: unknown) => void) | undefined)?.(value)
      })
      if (!setup.subscribed) return
      said.told = renderingOf(client).get()
      client.subscribe(() => void (said.told = renderingOf(client).get()))
    },
    inspect: () => {
      inspectSockets(stage(), claim)
      inspectState(stage(), said, model.disposed, claim)
      if (strict) inspectPromises(stage(), setup, model, claim)
      predict(`${said.dropped}` === `${model.dropped}`, `dropped: ${said.dropped}; not ${model.dropped}`)
      if (wrong.length) throw new Error(wrong.splice(0).join('; '))
    },
  }
}

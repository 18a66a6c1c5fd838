/** Compares a real client with the model: each event when it is emitted, and everything else after each command. */

import { renderingOf } from '../../../src/adapter/rendering.ts'
import type { ClientEvents } from '../../../src/index.ts'
import { type Emitted, checkPromises, checkSockets, checkState } from './checks.ts'
import {
  HIGH_WATER_MARK,
  type Hooks,
  type ModelTestClient,
  type RunOptions,
  STABLE,
  TIMES,
} from './createModelTestClient.ts'
import { type Model, flush, lose, noteActivity } from './model.ts'

type Events = ClientEvents<string, string>

/** The codes after which the policy makes no other attempt, repeated here on purpose. */
const isFinal = (code: number): boolean =>
  [1000, 1002, 1003, 1007, 1008, 1009, 1010].includes(code) || (code >= 3000 && code % 1000 >= 500)

export interface Invariants extends Hooks {
  /** Starts to listen to the client. */
  watch(): void
  /** @throws Error with all violations since the last call */
  checkAll(): void
  /** Records a violation unless the condition holds. */
  check(holds: boolean, violation: string): void
  /** The state has changed, perhaps not for long, without an event. */
  noteChange(): void
  /** How often each event was emitted. */
  readonly emittedCounts: Record<string, number>
}

/** @param strict false where listeners call the client too, so that the model does not see every call */
export const createInvariants = (
  options: RunOptions,
  model: Model,
  testClient: () => ModelTestClient,
  strict: boolean,
): Invariants => {
  const violations: string[] = []
  const emittedCounts: Record<string, number> = {}
  const emitted: Emitted = { status: 'closed', anything: false, dropped: [], notified: undefined, snapshot: undefined }
  let pendingDecisions = 0
  /** The end of the last announced wait, and the time of the last dial without a wait. */
  let retryDue = Infinity
  let immediateAt = -Infinity
  const count = (name: string): void => void (emittedCounts[name] = (emittedCounts[name] ?? 0) + 1)
  const check = (holds: boolean, violation: string): void => void (holds || violations.push(violation))
  /** Requires what the model predicts, which is known in strict runs only. */
  const predict = (holds: boolean, violation: string): void => check(holds || !strict, violation)

  const handlers: { [Type in keyof Events]?: (value: Events[Type]) => void } = {
    status: (value) => {
      const { status } = testClient().client.get()
      check(value !== emitted.status, `emits status ${value} twice`)
      check(value === status, `emits status ${value} while ${status}`)
      emitted.status = value
    },
    open: ({ attempt }) => {
      check(model.upSince === undefined, 'emits open twice without a close')
      predict(attempt === model.spent, `opened after ${attempt} attempts; expected ${model.spent}`)
      predict(model.owed === undefined, `emits open where ${model.owed} is owed`)
      model.upSince = testClient().clock.now()
      const { patience } = model
      noteActivity(model, model.upSince)
      Object.assign(model, { sentAt: model.upSince, patience, hinted: false })
      if (testClient().server.last.bufferedAmount <= HIGH_WATER_MARK) flush(model)
      predict(`${testClient().arrived()}` === `${model.arrived}`, 'emits open before the queue is sent')
    },
    close: ({ cause, code, final, error }) => {
      const now = testClient().clock.now()
      const isHeartbeat = cause === 'heartbeat' || (cause === 'exhausted' && code === 4000)
      const silence = isHeartbeat ? now - model.activeAt : Infinity
      predict(silence >= TIMES.interval + TIMES.timeout, `heartbeat timeout after ${silence} ms of silence`)
      // No deadline is 6 s long, so this timer fired late: a late timer must not end a connection the first time.
      const late = isHeartbeat && now - model.pingedAt >= 6000 * model.patience
      predict(!late || model.pings > 1, 'a late timer ended the connection')
      if (isHeartbeat) model.patience = Math.min(8, model.patience * 2)
      if (cause === 'provider' && !error) {
        model.owed = 'stop' // the provider has no address
        predict(final, 'a dial without an address is not final')
      } else if (cause !== 'user') {
        predict(--pendingDecisions === 0 || options.decision === 'policy', 'did not call shouldReconnect')
        predict(lose(model, options, isFinal(code), now) === final, `close ${code}, final: ${final}`)
      }
      if (model.dialledEarly) {
        predict(model.owed === 'retry', 'dials again where it must stop')
        Object.assign(model, { spent: model.spent + 1, owed: undefined, dialledEarly: false })
      }
      model.upSince = undefined
    },
    retry: ({ attempt, delay, retryAt }) => {
      predict(model.owed !== 'stop', 'tries again where it must stop')
      // Without a loss, either the wait was replaced by another, or a reconnect() has to wait.
      if (model.owed === 'retry' || !model.spent) model.spent++
      model.owed = undefined
      predict(attempt === model.spent, `waits for attempt ${attempt}; expected ${model.spent}`)
      check(retryAt === testClient().client.get().retryAt, 'emits another retryAt than the state has')
      // A wake may announce the rest of the same wait, and an event that is remembered shortens the next one.
      const isRest = retryAt === retryDue
      retryDue = retryAt
      check(testClient().page.online() || delay >= 60_000 || isRest, `waits ${delay} ms while offline`)
      check(delay >= 0 && retryAt === testClient().clock.now() + delay, `waits ${delay} ms until ${retryAt}`)
    },
    stop: ({ cause, final }) => {
      predict(model.owed === 'stop', 'stops without a reason')
      const exhausted = model.spent >= options.maxAttempts
      predict(final && (exhausted || cause !== 'exhausted'), `stops with ${cause}, final: ${final}`)
      Object.assign(model, { wanted: false, owed: undefined, finished: true })
    },
    drop: ({ message }) => void emitted.dropped.push(message),
    // No event follows a dispose() in a listener, not even about the connection that it ends.
    dispose: () => {
      emitted.status = 'closed'
      model.disposed = true
    },
  }

  return {
    check,
    emittedCounts,
    noteChange: () => void (emitted.anything = true),
    dialled: (attempt) => {
      count('dial')
      // The model still owes a retry only where open() replaced a pending decision.
      if (model.owed === 'retry') model.spent++
      model.owed = undefined
      predict(model.wanted, 'dials though no connection is wanted')
      predict(!model.away, 'dials while the page is away')
      // A stable connection that is lost counts the attempts from 0 again.
      const isNext = attempt === model.spent + 1 || (model.upSince !== undefined && attempt === 1)
      model.dialledEarly = model.hinted && isNext
      predict(model.dialledEarly || attempt === model.spent, `dials as attempt ${attempt}; expected ${model.spent}`)
      Object.assign(model, { hinted: false, finished: false })
      const now = testClient().clock.now()
      const immediate = now < retryDue && emitted.status !== 'closed' && emitted.status !== 'closing'
      predict(!immediate || model.back || now - immediateAt >= 5000, `dials again after ${now - immediateAt} ms`)
      if (immediate) immediateAt = now
      retryDue = Infinity
      model.back = false
    },
    decisionRequested: (attempt) => {
      const { upSince } = model
      const spent = upSince !== undefined && testClient().clock.now() - upSince >= STABLE ? 0 : model.spent
      predict(++pendingDecisions === 1 && model.wanted && !model.owed, 'calls shouldReconnect without a loss')
      predict(attempt === spent, `calls shouldReconnect with attempt ${attempt}; expected ${spent}`)
    },
    pinged: () => {
      const silence = testClient().clock.now() - Math.min(model.activeAt, model.sentAt)
      predict(model.upSince !== undefined && silence >= TIMES.interval, `pings after ${silence} ms of silence`)
      model.pings++
      model.pingedAt = testClient().clock.now()
    },
    watch: () => {
      const { client } = testClient()
      client.onAny((type, value) => {
        emitted.anything = true
        count(type)
        ;(handlers[type] as ((value: unknown) => void) | undefined)?.(value)
      })
      if (!options.subscribed) return
      emitted.notified = renderingOf(client).get()
      client.subscribe(() => void (emitted.notified = renderingOf(client).get()))
    },
    checkAll: () => {
      checkSockets(testClient(), options, check)
      checkState(testClient(), emitted, model.disposed, check)
      if (strict) checkPromises(testClient(), options, model, check)
      predict(`${emitted.dropped}` === `${model.dropped}`, `dropped: ${emitted.dropped}; expected ${model.dropped}`)
      if (violations.length) throw new Error(violations.splice(0).join('; '))
    },
  }
}

/** What a connection tells, and to whom: listeners and callbacks hear events, renderers see snapshots. It knows nothing of sockets. */

import type { Clock } from '../base/clock.ts'
import { HoldfastError, checkWord } from '../base/errors.ts'
import type { Callbacks, ClientEvents, LifeEvents } from '../client/events.ts'
import { type Reporter, guard } from '../base/guard.ts'
import { Listeners, until } from '../base/listeners.ts'
import { type Facts, type Subject, Snapshots } from './snapshot.ts'

type Events = ClientEvents<unknown, unknown>

const EVENTS = 'open or message or close or error or status or retry or stop or drop or latency or dispose'

/**
 * The ground floor of a connection; `Link`, `Runner` and `Connection` each add to the one before. They are classes because a server
 * holds thousands of these: a function that every client has of its own takes 64 bytes, and there are some sixty.
 */
export abstract class Teller implements Reporter, Subject {
  abstract readonly options: Callbacks<unknown, unknown>
  abstract readonly settings: Subject['settings']
  abstract readonly clock: Clock
  /** Events of a session, as the check of `on` wants them. */
  further: string | undefined
  readonly snapshots: Snapshots<unknown> = new Snapshots(this)
  /** Made with the first listener: many a client has none. */
  #listeners: Listeners<keyof Events, unknown> | undefined
  #silent = false
  #reporting = false
  /** The last since the connection was last opened. */
  error: Error | undefined

  abstract facts(): Facts

  on(
    type: keyof Events,
    listener: (value: unknown) => void,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): () => void {
    checkWord('event', type, EVENTS + (this.further ?? ''))
    return until(signal, this.#hearers().add(listener, type))
  }

  onAny(listener: (type: keyof Events, value: unknown) => void): () => void {
    return this.#hearers().add(listener)
  }

  /** Whether anybody heard it. */
  emit<Type extends keyof LifeEvents>(type: Type, value: LifeEvents[Type]): unknown
  emit<Type extends keyof Events>(type: Type, value: Events[Type]): unknown
  emit(type: keyof Events, value: unknown): unknown {
    if (this.#silent) return
    const callback = this.options[`on${type[0]!.toUpperCase()}${type.slice(1)}` as 'onMessage']
    if (callback) guard(this, callback, value)
    return this.#listeners?.call(type, value) || callback
  }

  /** As `emit`, but without making up the callback's name: that would cost a message more than all else on its way. */
  pass(message: unknown): void {
    const { onMessage } = this.options
    if (onMessage && !this.#silent) guard(this, onMessage, message)
    this.#listeners?.call('message', message)
  }

  /** Nobody may be left in the dark about a bug of theirs, and nobody may be stopped by it. */
  report(thrown: unknown): void {
    // What an error listener throws would come back to it for ever.
    if (this.#reporting) return console.error(thrown)
    this.#reporting = true
    this.error = thrown instanceof Error ? thrown : new Error(String(thrown))
    this.snapshots.changed()
    if (!this.emit('error', this.error) && !(thrown instanceof HoldfastError)) console.error(thrown)
    this.#reporting = false
  }

  /** Says its last word. */
  fallSilent(): void {
    this.snapshots.stop()
    this.emit('dispose', undefined)
    this.#silent = true
    this.#listeners?.clear()
  }

  #hearers(): Listeners<keyof Events, unknown> {
    return (this.#listeners ??= new Listeners(this))
  }
}

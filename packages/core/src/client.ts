/**
 * `createWebSocket`: the one thing most users import. It joins the rooms below into a client; messages pass through `send` and
 * `receive`, the life of the connection through the runner.
 */

import { systemClock } from './clock.ts'
import { ending } from './closeCodes.ts'
import { type Codec, type RawMessage, type RawOutgoing, byteLength, raw } from './codec.ts'
import type { UrlSource } from './dial.ts'
import { DecodeError, EncodeError, HoldfastError, check, checkWord } from './errors.ts'
import type { ClientEvents, EmitLife } from './events.ts'
import { type Heartbeat, createHeartbeat } from './heartbeat.ts'
import { createGuard } from './guard.ts'
import { createIteration } from './iterate.ts'
import { type Listeners, createListeners, until } from './listeners.ts'
import { type WebSocketOptions, checkOptions } from './options.ts'
import { type DropReason, type Outbox, type SendResult, createOutbox } from './outbox.ts'
import { createRetention } from './retention.ts'
import { createRunner } from './runner.ts'
import type { Session, SessionEvents, SessionMethods } from './session.ts'
import { type Snapshot, createSnapshots } from './snapshot.ts'
import { browserSurroundings } from './surroundings.ts'

/** A connection that stays. Its functions need no `this`, so they may be taken apart. */
export interface WebSocketClient<In = RawMessage, Out = RawOutgoing> {
  /** The present state; the same object until something in it changes. */
  get(): Snapshot<In>
  /** The state for rendering: as subscribers were last told it, and `connecting` where the first `retain()` is going to dial. */
  view(): Snapshot<In>
  /**
   * Calls back when the state has changed, at the chosen `pace`. Returns the unsubscription.
   *
   * @param messages false: who shows nothing of them is not told of changes that are only messages @default true
   */
  subscribe(listener: () => void, messages?: boolean): () => void
  /** Hears one kind of event until the returned function is called, the signal aborts or the client is disposed. @throws OptionError for an unknown event */
  on<Type extends keyof ClientEvents<In, Out>>(
    type: Type,
    listener: (value: ClientEvents<In, Out>[Type]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void
  /** Hears every kind of event, for logs and tools. */
  tap(listener: (type: keyof ClientEvents<In, Out>, value: unknown) => void): () => void
  /**
   * Messages from now on, for `for await`. Ends when the client becomes `closed`, is disposed, or the signal aborts.
   * Of unread messages the newest `limit` are kept (1000 by default); each one lost raises `drop` with reason `slow`.
   */
  messages(options?: { signal?: AbortSignal | undefined; limit?: number | undefined }): AsyncIterableIterator<In>
  /** Sends, or queues while there is no connection (`queue: false`: drops instead). @throws EncodeError if the codec refuses it */
  send(message: Out, options?: { queue?: boolean | undefined }): SendResult
  /** Connects, unless connected or dialling. While waiting for an attempt: tries now, at most once in 5 s. */
  open(): void
  /** Closes, cancels all attempts and drops what is queued. @throws OptionError unless the code is 1000 or 3000-4999 and the reason at most 123 bytes */
  close(code?: number, reason?: string): void
  /** Gives up the present connection or wait, and dials now (at most once in 5 s, else after the first delay). Attempts count from 0 again. */
  reconnect(): void
  /** Keeps a `lazy` connection open until the returned function is called. */
  retain(): () => void
  /** Ends at once and for good: no timer, listener or socket is left, and nothing here does anything any more. */
  dispose(): void
  [Symbol.dispose](): void
  /** Of the present or last dial. It may hold a secret of your provider's: do not log it. */
  readonly url: string | undefined
  /** The present platform socket. */
  readonly socket: WebSocket | undefined
}

/** A client that has a session: nothing is lost over reconnects, or it is said. */
export interface SessionClient<In = RawMessage, Out = RawOutgoing> extends WebSocketClient<In, Out>, SessionMethods<Out> {
  /** Hears one kind of event, those of the session included. @throws OptionError for an unknown event */
  on<Type extends keyof (ClientEvents<In, Out> & SessionEvents<In, Out>)>(
    type: Type,
    listener: (value: (ClientEvents<In, Out> & SessionEvents<In, Out>)[Type]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void
}

/** See `createWebSocket`. */
export interface CreateWebSocket {
  <In = RawMessage, Out = RawOutgoing>(url: UrlSource, options: WebSocketOptions<In, Out> & { session: Session }): SessionClient<In, Out>
  <In = RawMessage, Out = RawOutgoing>(url: UrlSource, options?: WebSocketOptions<In, Out>): WebSocketClient<In, Out>
}

const EVENTS = 'open or message or close or error or status or retry or stop or drop or latency or dispose'

/**
 * Opens a WebSocket that reconnects, beats, queues and tells the truth about it.
 *
 * @example
 * const client = createWebSocket('wss://example.org/chat', { heartbeat: true, codec: json<Incoming, Outgoing>() })
 * client.on('message', (message) => console.log(message))
 * client.send({ text: 'hello' }) // 'queued' until the connection is open
 * @throws OptionError for a wrong URL or option
 */
export const createWebSocket: CreateWebSocket = <In = RawMessage, Out = RawOutgoing>(
  url: UrlSource,
  given: WebSocketOptions<In, Out> = {},
): SessionClient<In, Out> => {
  const settings = checkOptions(url, given as WebSocketOptions<unknown, unknown>)
  const session = given.session?.link(given, settings)
  const options = (session?.options ?? given) as WebSocketOptions<In, Out>
  const { clock = systemClock, immediate = true, lazy = false, surroundings = browserSurroundings() } = options
  const codec = options.codec ?? (raw() as Codec<never, unknown> as Codec<In, Out>)
  type Events = ClientEvents<In, Out>

  /** What a client at rest that is about to be dialled looks like, and the snapshot that it was made of. */
  let closed: Snapshot<In> | undefined
  let planned: Snapshot<In> | undefined
  /** No command is taken any more; once `silent`, nothing is told either. */
  let disposed = false
  let silent = false
  let reporting = false
  let error: Error | undefined
  let latency: number | undefined
  /** Made when there is something to send, and with each connection. */
  let outbox: Outbox<Out> | undefined
  let heartbeat: Heartbeat<In> | undefined

  // Telling.

  /** Nobody may be left in the dark about a bug of theirs, and nobody may be stopped by it. */
  const report = (thrown: unknown): void => {
    // What an error listener throws would come back to it for ever.
    if (reporting) return console.error(thrown)
    reporting = true
    error = thrown instanceof Error ? thrown : new Error(String(thrown))
    changed()
    if (!emit('error', error) && !(thrown instanceof HoldfastError)) console.error(thrown)
    reporting = false
  }
  const guard = createGuard(report)
  /** Made with the first listener, as much below is made when it is needed: servers hold many clients that do little. */
  let hearers: Listeners<keyof Events, unknown> | undefined
  const listeners = (): NonNullable<typeof hearers> => (hearers ??= createListeners(guard))
  /** Whether anybody heard it. */
  const emit = <Type extends keyof Events>(type: Type, value: Events[Type]): unknown => {
    if (silent) return
    const callback = options[`on${type[0]!.toUpperCase()}${type.slice(1)}` as 'onMessage']
    if (callback) guard(callback, value as In)
    return hearers?.call(type, value) || callback
  }
  const drop = (message: In | Out, reason: DropReason): unknown => emit('drop', { message, reason })

  const snapshots = createSnapshots<In>(settings.history, settings.pace, clock, guard, () => ({
    ...runner.facts(),
    queued: outbox?.size() ?? 0,
    latency,
    error,
  }))
  const { get, view, changed } = snapshots

  // The two ways of data.

  const send = (message: Out, how?: { queue?: boolean | undefined }): SendResult => {
    const frame = toFrame(message)
    if (disposed) return 'dropped'
    outbox ??= createOutbox(settings, clock, line, drop, changed)
    const result = outbox.send(message, frame, how?.queue !== false)
    if (!disposed) return result
    outbox.clear() // a listener of `drop` may have disposed of us meanwhile
    return 'dropped'
  }

  const receive = ({ data }: MessageEvent): void => {
    let message: In
    let failure
    try {
      message = codec.decode(data)
    } catch (cause) {
      failure = new DecodeError(`${cause}`, { cause })
    }
    if (heartbeat?.takes(data, message!, !failure)) return
    if (failure) return report(failure)
    snapshots.note(message!)
    // Without `emit`, which makes up the callback's name: that would cost more than all else here.
    if (options.onMessage && !silent) guard(options.onMessage, message!)
    hearers?.call('message', message!)
    if (!disposed) snapshots.messageTold()
  }

  const toFrame = (message: Out): RawOutgoing => {
    try {
      const frame = codec.encode(message)
      if (frame === undefined) throw new TypeError('the codec gave no frame')
      return frame
    } catch (cause) {
      throw new EncodeError(`${cause}`, { cause })
    }
  }

  // The rooms below.

  const runner = createRunner(url, options, settings, clock, surroundings || undefined, {
    guard,
    report,
    receive,
    flush: () => {
      error = undefined
      if (settings.beats) heartbeat = createHeartbeat(options, clock, guard, beat, timed)
      outbox?.flush()
    },
    ping: () => heartbeat!.ping(),
    changed,
    hidden: snapshots.hidden,
    emit: emit as EmitLife,
  })
  const { line, link, post } = runner

  const beat = (message: string | Out): void => line()?.send((typeof message === 'string' ? message : toFrame(message)) as string)
  const timed = (time: number): void => {
    latency = time
    changed()
    emit('latency', latency)
  }

  const want = (type: 'open' | 'reconnect') => (): void => {
    if (url && !disposed) post({ type })
  }
  const open = want('open')
  const rest = (): void => {
    post({ type: 'rest' })
    outbox?.clear()
  }
  const retention = lazy ? createRetention(settings.linger, clock, () => immediate && open(), rest) : undefined

  const dispose = (): void => {
    if (disposed) return
    disposed = true
    rest()
    retention?.stop()
    snapshots.stop()
    emit('dispose', undefined)
    silent = true
    hearers?.clear()
  }

  const client: WebSocketClient<In, Out> = {
    get,
    view: () => {
      const now = view()
      if (!retention || !immediate || !url || retention.held() || now.status !== 'closed') return now
      if (closed !== now) planned = { ...(closed = now), status: 'connecting' }
      return planned!
    },
    subscribe: snapshots.subscribe,
    on: (type, listener, { signal } = {}) => {
      checkWord('event', type, EVENTS + (session?.events ?? ''))
      return until(signal, listeners().add(listener as (value: unknown) => unknown, type))
    },
    tap: (listener) => listeners().add(listener),
    messages: ({ signal, limit = 1000 } = {}) => {
      let leave: (() => void) | undefined
      const { iterator, push, end } = createIteration<In>(
        limit,
        (message) => drop(message, 'slow'),
        () => leave?.(),
      )
      const remove = listeners().add((type, value) => {
        if (type === 'message') push(value as In)
        if (type === 'dispose' || (type === 'status' && value === 'closed')) end()
      })
      leave = until(signal, remove, end)
      if (disposed) end()
      return iterator
    },
    send,
    open,
    close: (code = 1000, reason = '') => {
      check('code', code, /^(1000|[34]\d{3})$/.test(`${code}`), '1000 or 3000-4999')
      check('reason', reason, byteLength(reason) <= 123, 'at most 123 bytes')
      post({ type: 'close', close: ending('user', code, reason) })
      outbox?.clear()
    },
    reconnect: want('reconnect'),
    retain: retention?.retain ?? (() => () => {}),
    dispose,
    [Symbol.dispose]: dispose,
    get url() {
      return link.url()
    },
    get socket() {
      return link.socket()
    },
  }
  session?.attach(client, { guard, encode: toFrame as never, emit: emit as never, facts: runner.facts, socket: link.socket })
  if (immediate && !lazy) open()
  return client as SessionClient<In, Out>
}

/**
 * `createWebSocket`: the one thing most users import. It joins the rooms below into a client; messages pass through `send` and
 * `receive`, the life of the connection through the runner.
 */

import { systemClock } from './clock.ts'
import { type CloseInfo, ending } from './closeCodes.ts'
import { type Codec, type RawMessage, type RawOutgoing, byteLength, raw } from './codec.ts'
import type { UrlSource } from './dial.ts'
import { DecodeError, EncodeError, HoldfastError, OptionError } from './errors.ts'
import { type HeartbeatOptions, matches } from './heartbeat.ts'
import { createGuard } from './guard.ts'
import { createIteration } from './iterate.ts'
import { createListeners } from './listeners.ts'
import { type Status, statusOf } from './machine.ts'
import { type ClientEvents, type WebSocketOptions, checkOptions } from './options.ts'
import { type DropReason, type SendResult, createOutbox } from './outbox.ts'
import { createPacer } from './pace.ts'
import { createRetention } from './retention.ts'
import { createRunner } from './runner.ts'
import { browserSurroundings } from './surroundings.ts'

/** The state of a client at one moment. Never changed, only replaced. */
export interface Snapshot<In = RawMessage> {
  readonly status: Status
  readonly lastMessage: In | undefined
  /** Messages received since creation. */
  readonly received: number
  /** The newest messages, oldest first, as many as `history` keeps. */
  readonly messages: readonly In[]
  /** The reconnect attempt being waited for or dialled, from 1; 0 otherwise. */
  readonly attempt: number
  /** When the next attempt begins, in epoch ms, while it is waited for. */
  readonly retryAt: number | undefined
  /** Messages waiting to be sent. */
  readonly queued: number
  /** Round trip of the last answered heartbeat, in ms. */
  readonly latency: number | undefined
  readonly lastClose: CloseInfo | undefined
  /** The last error since the connection was last opened. */
  readonly error: Error | undefined
}

/** A connection that stays. Its functions need no `this`, so they may be taken apart. */
export interface WebSocketClient<In = RawMessage, Out = RawOutgoing> {
  /** The present state; the same object until something in it changes. */
  get(): Snapshot<In>
  /** The state for rendering: as subscribers were last told it, and `connecting` where the first `retain()` is going to dial. */
  view(): Snapshot<In>
  /** Calls back when the state has changed, at the chosen `pace`. Returns the unsubscription. */
  subscribe(listener: () => void): () => void
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

/**
 * Opens a WebSocket that reconnects, beats, queues and tells the truth about it.
 *
 * @example
 * const client = createWebSocket('wss://example.org/chat', { heartbeat: true, codec: json<Incoming, Outgoing>() })
 * client.on('message', (message) => console.log(message))
 * client.send({ text: 'hello' }) // 'queued' until the connection is open
 * @throws OptionError for a wrong URL or option
 */
export const createWebSocket = <In = RawMessage, Out = RawOutgoing>(
  url: UrlSource,
  options: WebSocketOptions<In, Out> = {},
): WebSocketClient<In, Out> => {
  const settings = checkOptions(url, options)
  const { clock = systemClock, immediate = true, lazy = false, surroundings = browserSurroundings() } = options
  const { encode, decode } = options.codec ?? (raw() as Codec<never, unknown> as Codec<In, Out>)
  const { history, beats } = settings
  type Events = ClientEvents<In, Out>

  let received = 0
  let lastMessage: In | undefined
  let messages: readonly In[] = []
  let latency: number | undefined
  let error: Error | undefined
  let pingedAt: number | undefined
  let snapshot: Snapshot<In> | undefined
  let shown: Snapshot<In> | undefined
  let planned: Snapshot<In> | undefined
  let opened = false
  let disposed = false
  let reporting = false

  // Telling.

  /** Nobody may be left in the dark about a bug of theirs, and nobody may be stopped by it. */
  const report = (thrown: unknown): void => {
    if (!(thrown instanceof HoldfastError)) console.error(thrown)
    if (reporting) return
    reporting = true
    error = thrown instanceof Error ? thrown : new Error(String(thrown))
    refresh()
    emit('error', error)
    reporting = false
  }

  const guard = createGuard(report)
  const { add, has, emit: call, clear } = createListeners<Events & { change: void; end: void; tap: [keyof Events, unknown] }>(guard)

  const emit = <Type extends keyof Events>(type: Type, value: Events[Type], name = `on${type[0]!.toUpperCase()}${type.slice(1)}`): void => {
    guard((options as Record<string, ((value: Events[Type]) => void) | undefined>)[name], value)
    call(type, value as never)
    if (has('tap')) call('tap', [type, value])
  }

  const pacer = createPacer(options.pace ?? 'frame', clock, () => {
    shown = get()
    call('change', undefined)
  })
  const refresh = (): void => {
    snapshot = undefined
    if (has('change')) pacer.now()
  }
  const drop = (message: In | Out, reason: DropReason): void => emit('drop', { message, reason })

  // The two ways of data.

  const send = (message: Out, { queue = true }: { queue?: boolean | undefined } = {}): SendResult => {
    const frame = toFrame(message)
    return disposed ? 'dropped' : outbox.send(message, frame, queue)
  }

  const receive = ({ data }: MessageEvent): void => {
    let message: In
    let failure
    try {
      message = decode(data)
    } catch (cause) {
      failure = new DecodeError(`${cause}`, { cause })
    }
    if (beats && isBeat(data, message!)) return
    if (failure) return report(failure)
    received++
    lastMessage = message!
    if (history) messages = [...messages.slice(-history + 1), message!]
    snapshot = undefined
    emit('message', message!, 'onMessage')
    if (has('change')) pacer.soon()
  }

  const toFrame = (message: Out): RawOutgoing => {
    try {
      return encode(message)
    } catch (cause) {
      throw new EncodeError(`${cause}`, { cause })
    }
  }

  // The heartbeat's frames, which pass by the queue and the application.

  const transmit = (message: unknown): void =>
    guard(() => {
      const value = typeof message === 'function' ? message() : message
      if (value !== null) line()?.send(typeof value === 'string' ? value : (toFrame(value) as string))
    })

  /** Takes in what belongs to the heartbeat. */
  const isBeat = (data: unknown, message: In): boolean => {
    const beat = Object(options.heartbeat) as HeartbeatOptions<In, Out>
    const { answer, isReply = 'message' in beat ? answer : 'pong' } = beat
    const fits = (pattern: unknown): unknown => pattern && (pattern === data || guard(matches, pattern, message))
    if (isReply !== answer && fits(isReply)) {
      latency = Math.max(0, clock.now() - pingedAt!)
      refresh()
      emit('latency', latency)
      return true
    }
    if (!fits(answer?.to)) return false
    transmit(answer!.with)
    return true
  }

  // The rooms below.

  const runner = createRunner(url, options, settings, clock, surroundings || undefined, {
    receive,
    guard,
    report,
    flush: () => outbox.flush(),
    ping: () => {
      pingedAt = clock.now()
      const { message = 'ping' } = Object(options.heartbeat)
      transmit(message)
    },
    hidden: pacer.stop,
    tell: (before, effects) => {
      const { state, lastClose, delay, dueAt, link } = runner
      const status = statusOf(state)
      const { attempt } = state
      if (effects.includes('open')) error = undefined
      refresh()
      if (status !== statusOf(before)) emit('status', status)
      for (const word of effects) {
        if (word === 'open') emit(word, { again: opened, attempt, protocol: link.socket?.protocol ?? '' })
        if (word === 'close' || word === 'stop') emit(word, lastClose!)
        if (word === 'retry') emit(word, { attempt, delay, retryAt: dueAt })
      }
      opened ||= status === 'open'
    },
  })
  const { link, post } = runner

  /** The socket while it can send. After the server's close it cannot, though the event has yet to come. */
  const line = (): WebSocket | undefined => (runner.state.name === 'open' && link.socket?.readyState === 1 ? link.socket : undefined)
  const outbox = createOutbox<Out>(settings, clock, line, drop, refresh)

  const get = (): Snapshot<In> => {
    if (snapshot) return snapshot
    const { state, lastClose, dueAt } = runner
    planned = undefined
    return (snapshot = {
      status: statusOf(state),
      lastMessage,
      received,
      messages,
      attempt: state.name === 'open' ? 0 : state.attempt,
      retryAt: state.name === 'waiting' ? dueAt : undefined,
      queued: outbox.size(),
      latency,
      lastClose,
      error,
    })
  }

  const want = (type: 'open' | 'reconnect') => (): void => {
    if (url && !disposed) post({ type })
  }
  const open = want('open')
  const rest = (): void => {
    post({ type: 'rest' })
    outbox.clear()
  }
  const { held, retain, stop } = createRetention(settings.linger, clock, () => immediate && open(), rest)

  const on: WebSocketClient<In, Out>['on'] = (type, listener, { signal } = {}) => {
    const remove = add(type, listener as never)
    const off = (): void => {
      remove()
      signal?.removeEventListener('abort', off)
    }
    signal?.addEventListener('abort', off)
    if (disposed || signal?.aborted) off()
    return off
  }

  const dispose = (): void => {
    rest()
    disposed = true
    call('end', undefined)
    clear()
    stop()
    pacer.stop()
  }

  const client: WebSocketClient<In, Out> = {
    get,
    view: () => {
      const now = pacer.pending() ? shown! : get()
      const plans = lazy && immediate && url && !disposed && !held() && now.status === 'closed'
      return plans ? (planned ??= { ...now, status: 'connecting' }) : now
    },
    subscribe: (listener) => add('change', listener),
    on,
    tap: (listener) => add('tap', ([type, value]) => listener(type, value)),
    messages: ({ signal, limit = 1000 } = {}) => {
      const leave = new AbortController()
      const { iterator, push, end } = createIteration<In>(
        limit,
        (message) => drop(message, 'slow'),
        () => leave.abort(),
      )
      on('message', push, leave)
      on('status', (status) => status === 'closed' && end(), leave)
      on('end' as never, end, leave)
      signal?.addEventListener('abort', end, leave)
      if (disposed || signal?.aborted) end()
      return iterator
    },
    send,
    open,
    close: (code = 1000, reason = '') => {
      if (!(code === 1000 || (code >= 3000 && code < 5000))) throw new OptionError('code', code, '1000 or 3000-4999')
      if (byteLength(reason) > 123) throw new OptionError('reason', reason, 'at most 123 bytes')
      post({ type: 'close', close: ending('user', code, reason) })
      outbox.clear()
    },
    reconnect: want('reconnect'),
    retain: lazy ? retain : () => () => {},
    dispose,
    [Symbol.dispose]: dispose,
    get url() {
      return link.url
    },
    get socket() {
      return link.socket
    },
  }
  if (immediate && !lazy) open()
  return client
}

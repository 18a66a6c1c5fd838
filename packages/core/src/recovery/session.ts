/** `session`: what a client is given to lose nothing over reconnects. Here the frames of the protocol are said and heard. */

import type { WebSocketClient } from '../client.ts'
import { type Clock, later, systemClock } from '../clock.ts'
import { type Codec, byteLength, raw } from '../codec.ts'
import type { Dial } from '../dial.ts'
import { EncodeError, check } from '../errors.ts'
import { until } from '../listeners.ts'
import type { WebSocketOptions } from '../options.ts'
import type { RunnerRules } from '../runner.ts'
import type { RequestOptions, Resync, Session, SessionCallbacks, SessionEvents, SessionMethods, SessionPort } from '../session.ts'
import { type Bounds, type Delivery, createDeliveries } from './deliveries.ts'
import { NoSessionError, NotSentError } from './errors.ts'
import { type Verdict, createPositions, isCount } from './positions.ts'
import { type StandIn, createStandIns } from './standIn.ts'

/** What a token provider is told. */
export interface TokenDial extends Dial {
  /** The last token was refused or has expired: a cached one will not do. */
  refresh: boolean
}

/** Options of a session. The callbacks are the events of the same names. */
export interface SessionOptions<In = unknown, Out = unknown> extends SessionCallbacks<In, Out> {
  /**
   * Who the user is; asked at each dial, within `connectTimeout`. The token goes in the first frame and never in the URL. After a
   * refusal it is asked for once more with `refresh: true`, and a second one is final (`cause: 'auth'`).
   */
  token?: (dial: TokenDial) => string | Promise<string>
  /** Streams to follow from the start; `join` and `leave` do it later. */
  streams?: readonly string[]
  /** Deliveries that wait at most. @default { limit: 1000, bytes: 4194304 } */
  pending?: Partial<Bounds>
}

/** A frame of the server's; nothing in it is known to be what it should. */
type Frame = Readonly<Record<string, unknown>>

type Break = Omit<Resync, 'wait'> | undefined

const PLAIN = 'the server speaks plain WebSocket'

/**
 * Delivery across reconnects with `@holdfast/server`; plain WebSocket with any other.
 *
 * @example
 * const client = createWebSocket('wss://example.org/hub', { codec: json<Line, Line>(), session: session({ streams: ['room'] }) })
 * client.on('resync', ({ stream, wait }) => setTimeout(() => fetchState(stream), wait))
 * await client.deliver({ text: 'hello' }, { idempotencyKey: crypto.randomUUID() }) // the server has applied it, once
 */
export const session = <In = unknown, Out = unknown>(own: SessionOptions<In, Out> = {}): Session => ({
  link: (options, settings) => link(own as SessionOptions, options as WebSocketOptions<unknown, unknown>, settings as RunnerRules),
})

const link = (own: SessionOptions, given: WebSocketOptions<unknown, unknown>, settings: RunnerRules): ReturnType<Session['link']> => {
  const { clock = systemClock, codec = raw() as Codec<unknown, unknown> } = given as { clock?: Clock; codec?: Codec<unknown, unknown> }
  const { beats, interval, timeout } = settings // the user's, for plain servers
  const { token } = own
  const bounds = { limit: 1000, bytes: 2 ** 22, ...own.pending }
  for (const [name, value] of Object.entries(bounds)) check(`pending.${name}`, value, value >= 0, 'a number from 0')
  /** For the core's heartbeat: a frame that is no message was heard, or that which answers its ping. */
  const HEARD = Symbol()
  const PONG = Symbol()

  let port: SessionPort
  let stand: StandIn | undefined
  /** Whether the present link speaks our protocol; undefined while there is none. */
  let ours: boolean | undefined
  /** While the session may speak. */
  let line: ((frame: string) => void) | undefined
  let sid: string | undefined
  let key: unknown
  let max = Infinity
  let disposed = false
  let secret: string | undefined
  /** Refusals of the token in a row. */
  let refused = 0
  /** Links that were given up after their hello and before its welcome: the hello may still arrive, and take the session. */
  let strays = 0
  let pings = 0
  /** Of a `bye`: when to come back. */
  let hint: unknown
  /** Questions for a stream, by its name, that the server has not answered on this link. */
  let asked = new Map<string, number>()

  /** Streams that are followed as long as somebody has borrowed them; what the user or the server has joined is not theirs to leave. */
  const borrowed = new Set<string>()
  const { places, at, settle, take, compare } = createPositions(own.streams ?? [])
  const deliveries = createDeliveries(bounds, () => line, () => max, () => clock.now())
  const say = (frame: object): void => line?.(JSON.stringify(frame))
  const tell = <Type extends keyof SessionEvents>(type: Type, value: SessionEvents[Type]): unknown => port.emit(type, value)

  // Streams.

  const ask = (stream: string): void => {
    if (!line) return
    asked.set(stream, (asked.get(stream) ?? 0) + 1)
    say({ t: 'sub', stream, pos: at(stream) })
  }
  /** What the server says of a stream. A stream that it joined for us unasked is as good. */
  const answered = (stream: string, told: unknown): Break => {
    const questions = asked.get(stream) ?? 0
    asked.set(stream, questions && questions - 1)
    if (questions > 1 || !Array.isArray(told)) return undefined // a later answer counts
    if (questions && !places.has(stream)) return void say({ t: 'unsub', stream }) // left meanwhile
    return settle(stream, told)
  }
  const broken = (lost: Break): void => {
    // A break that strikes everybody at once must not turn into a herd that fetches at once.
    if (lost) tell('resync', { ...lost, wait: clock.random() * (/epoch|none/.test(lost.why) ? 10_000 : 1000) }) // R5
  }
  /** Whether the message is to be dispatched. */
  const obey = (stream: string, verdict: Verdict): boolean => {
    if (verdict === 'gap') {
      const { onclose } = stand!
      over(stand!)
      onclose?.({ code: 4002, reason: 'gap', wasClean: false, verdict: { cause: 'network' } }) // R6
    }
    if (verdict === 'lost') {
      say({ t: 'unsub', stream })
      ask(stream) // R7
    }
    return verdict === 'next'
  }

  // What is heard.

  const hello = (): string => {
    const names = [...places.keys()]
    asked = new Map(names.map((stream) => [stream, 1]))
    const pos = Object.fromEntries(names.filter(at).map((stream) => [stream, at(stream)]))
    const sub = names.filter((stream) => !at(stream))
    return JSON.stringify({ t: 'hello', v: 1, token: secret, sid, key, pos, sub, req: sid && deliveries.asking() })
  }

  const welcome = ({ sid: named, key: given, resumed, cseq, hb, max: longest, streams, err }: Frame): void => {
    if (typeof named !== 'string' || typeof given !== 'string' || !isCount(cseq)) return
    const back = resumed === true && named === sid
    const { platform, ready } = stand!
    const [every, wait] = [hb].flat() as number[]
    sid = named
    key = given
    refused = 0
    strays--
    max = (longest as number) > 0 ? (longest as number) : Infinity
    Object.assign(settings, { beats: true, interval: every! >= 1 ? every : 25_000, timeout: wait! >= 1 ? wait : 10_000 })
    line = (frame) => port.guard(() => platform.send(frame)) // what a platform refuses is sent again on the next link
    const breaks = Object.entries(Object(streams) as object).map(([stream, told]) => answered(stream, told))
    // What was refused is settled by `cseq` as well, and must not pass for applied.
    if (back) for (const [seq, refusal] of Object.entries(Object(err) as object)) deliveries.answer(+seq, undefined, refusal)
    const unsure = deliveries.resume(back, cseq)
    const missing = [...places.keys()].filter((stream) => asked.get(stream) !== 0)
    asked = new Map()
    missing.forEach(ask)
    ready() // S3
    if (back) tell('resumed', { sid: named })
    if (unsure.length) tell('uncertain', { messages: unsure })
    breaks.forEach(broken)
  }

  /** Gives what the core is to receive, if there is anything for it. */
  const heed = (frame: Frame): unknown => {
    const { t, s: named, off, d, seq, id, top, all, in: entered, out, epoch, why } = frame
    const s = typeof named === 'string' ? named : '' // no stream bears it
    if (t === 'msg') return d !== undefined && obey(s, take(s, off)) && frame
    if (t === 'emit') return d !== undefined && frame
    if (t === 'pong') return PONG
    if (t === 'ack' && isCount(seq)) deliveries.ack(seq)
    if (t === 'res') deliveries.answer(seq, d, frame['e'])
    if (t === 'sub' && s) broken(answered(s, frame['at']))
    if (t === 'reset' && at(s)) broken(settle(s, [epoch, off, 'lost', why]))
    if (t === 'bye') hint = entered
    if (t === 'pres' && s && [all, entered, out].every((list = []) => Array.isArray(list))) {
      tell('presence', JSON.parse(JSON.stringify({ stream: s, all, in: entered, out })) as never)
    }
    if (t === 'ping') {
      say({ t: 'pong', id })
      for (const [stream, newest] of Object.entries(Object(top) as object)) if (line) obey(stream, compare(stream, newest))
    }
    return undefined
  }

  const hear = (data: unknown): void => {
    let frame: Frame = {}
    try {
      frame = Object(JSON.parse(data as string)) as Frame
    } catch {
      // What is no JSON is ignored, as are kinds that we do not know.
    }
    if (line) {
      const message = heed(frame) || HEARD
      stand?.onmessage?.({ data: message })
    } else if (frame['t'] === 'welcome') welcome(frame)
  }

  // The link.

  const over = (which: StandIn): void => {
    if (stand === which) stand = line = ours = undefined
  }
  const stands = createStandIns({
    leaving: () => /clos/.test(port.facts().status),
    opened: (which, speaks) => {
      stand = which
      ours = speaks
      line = hint = undefined
      if (speaks) {
        strays++
        return which.platform.send(hello())
      }
      Object.assign(settings, { beats, interval, timeout })
      deliveries.end(new NoSessionError(PLAIN))
    },
    hear,
    wrap: (frame) => {
      if (typeof frame !== 'string') throw new TypeError()
      const text = `{"t":"emit","d":${embed(frame)}}`
      if (text.length * 3 > max && byteLength(text) > max) throw new TypeError()
      return text
    },
    over,
    judge: (code, reason) => {
      const unwanted = code === 4006 || code === 4501
      const ownStray = code === 4509 && strays > 0 && strays-- // S2: replaced by ourselves
      const final = unwanted && (refused++ > 0 || !token)
      return {
        reason: reason || !hint ? reason : JSON.stringify({ in: hint }),
        verdict: unwanted || ownStray ? { final, cause: final ? 'auth' : 'server' } : undefined,
      }
    },
  })

  // Messages.

  const embed = (frame: string): string => (codec.fromJson ? frame : JSON.stringify(frame))
  const encode = (message: unknown): unknown => {
    const frame = codec.encode(message)
    if (ours !== false && typeof frame !== 'string') throw new TypeError('a session carries text, not binary')
    return frame
  }
  const decode = (data: unknown): unknown => {
    if (!ours) return codec.decode(data as never)
    if (typeof data === 'symbol') return data
    const { t, s, off, d, re } = data as Frame
    const message = codec.fromJson ? codec.fromJson(d) : codec.decode(typeof d === 'string' ? d : JSON.stringify(d))
    if (t === 'msg') tell('stream', { stream: s as string, off: off as number, message, replayed: !!re })
    return message
  }

  const deliver = (message: unknown, how: RequestOptions = {}, asks = false): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { idempotencyKey: idem, channel: ch, signal, timeout = asks ? 10_000 : 0 } = how
      for (const label of [idem, ch]) check('label', label, byteLength(label ?? '') <= 256, 'at most 256 bytes')
      let d: string
      try {
        d = embed(encode(message) as string)
      } catch (cause) {
        throw new EncodeError(`${cause}`, { cause })
      }
      if (disposed) throw new NotSentError('disposed')
      if (ours === false) throw new NoSessionError(PLAIN)
      signal?.throwIfAborted()
      const frame = (seq: number): string =>
        `${JSON.stringify({ t: 'send', seq, ch, idem, rq: asks ? 1 : undefined }).slice(0, -1)},"d":${d}}`
      let timer: unknown
      const delivery: Delivery = {
        message,
        frame,
        bytes: byteLength(frame(1)),
        keyed: idem,
        asks,
        settle: (error, value) => {
          clock.clearTimeout(timer)
          off()
          if (error === undefined) resolve(value)
          else reject(error)
        },
      }
      const off = until(signal, () => {}, () => deliveries.abandon(delivery, signal!.reason))
      if (timeout) timer = later(clock, () => deliveries.abandon(delivery, new NotSentError(`no answer within ${timeout} ms`)), timeout)
      deliveries.add(delivery)
    })

  const end = (): void => {
    sid = key = undefined
    refused = strays = 0
    stands.forget()
    deliveries.end(new NotSentError('closed'))
  }

  return {
    options: {
      __proto__: given,
      ...own,
      codec: { encode, decode },
      protocols: (dial: Dial) => {
        const mine = typeof given.protocols === 'function' ? given.protocols(dial) : given.protocols
        if (!token) return mine
        const asking = (async () => token({ ...dial, refresh: refused > 0 }))()
        return Promise.all([mine, asking]).then(([chosen, answer]) => {
          if (!dial.signal.aborted) secret = answer
          return chosen
        })
      },
      get heartbeat() {
        if (!ours) return given.heartbeat || { message: null }
        const message = (): null => {
          say({ t: 'ping', id: ++pings })
          return null
        }
        return { message, isReply: PONG, answer: { to: HEARD, with: () => null } }
      },
      get WebSocket() {
        const Platform = given.WebSocket ?? globalThis.WebSocket
        return Platform && function (url: string, chosen: string | string[]) {
          return stands.open(Platform as never, url, [chosen].flat())
        }
      },
    },
    events: ' or resync or uncertain or resumed or stream or presence',
    attach: (client, lent) => {
      port = lent
      const { close, reconnect, tap } = client as WebSocketClient<unknown, unknown>
      const { get: held } = Object.getOwnPropertyDescriptor(client, 'socket')!
      tap((type, value) => {
        disposed ||= type === 'dispose'
        if (disposed || (type === 'status' && /clos/.test(value as string))) end()
      })
      const methods: SessionMethods<unknown> & Pick<WebSocketClient, 'close' | 'reconnect' | 'socket'> = {
        close: (code, reason) => {
          close(code, reason)
          end()
        },
        reconnect: () => {
          stands.forget()
          reconnect()
        },
        deliver: deliver as never,
        request: (message, how) => deliver(message, how, true) as never,
        join: (stream, borrow) => {
          check('stream', stream, typeof stream === 'string' && stream && byteLength(stream) <= 256, '1 to 256 bytes')
          if (!borrow) borrowed.delete(stream)
          if (places.has(stream)) return
          if (borrow) borrowed.add(stream)
          places.set(stream, {})
          ask(stream)
        },
        leave: (stream, borrow) => {
          if (!borrowed.delete(stream) && borrow) return false
          const left = places.delete(stream)
          if (left) say({ t: 'unsub', stream })
          return left
        },
        get sid() {
          return sid
        },
        get socket() {
          return (held!() as StandIn | undefined)?.platform
        },
      }
      Object.defineProperties(client, Object.getOwnPropertyDescriptors(methods))
    },
  }
}

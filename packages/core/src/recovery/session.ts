/** `session`: what a client is given to lose nothing over reconnects. Here the frames of the protocol are said and heard. */

import type { WebSocketClient } from '../client.ts'
import { type Clock, later, systemClock } from '../clock.ts'
import type { CloseInfo } from '../closeCodes.ts'
import { type Codec, byteLength, raw } from '../codec.ts'
import { type Dial, resolveDial } from '../dial.ts'
import { EncodeError, check } from '../errors.ts'
import { until } from '../listeners.ts'
import type { WebSocketOptions } from '../options.ts'
import type { RunnerRules } from '../runner.ts'
import type { RequestOptions, Resync, Session, SessionEvents, SessionMethods, SessionPort } from '../session.ts'
import { type Bounds, type Delivery, createDeliveries } from './deliveries.ts'
import { NoSessionError, NotSentError } from './errors.ts'
import { type Told, type Verdict, createPositions, isCount } from './positions.ts'
import { type StandIn, createStandIns } from './standIn.ts'

/** What a token provider is told. */
export interface TokenDial extends Dial {
  /** The last token was refused or has expired: a cached one will not do. */
  refresh: boolean
}

type SessionCallbacks<In, Out> = {
  [Type in keyof SessionEvents as `on${Capitalize<Type>}`]?: (value: SessionEvents<In, Out>[Type]) => void
}

/** Options of a session. The callbacks are the events of the same names. */
export interface SessionOptions<In = unknown, Out = unknown> extends SessionCallbacks<In, Out> {
  /**
   * Who the user is. A function is asked at each dial; it may be async, and counts into `connectTimeout`. The token goes in the first
   * frame and never in the URL. After a refusal it is asked once more with `refresh: true`, and a second one is final.
   */
  token?: string | ((dial: TokenDial) => string | Promise<string>)
  /** Streams to follow from the start; `join` and `leave` do it later. */
  streams?: readonly string[]
  /** Deliveries that wait at most. @default { limit: 1000, bytes: 4194304 } */
  pending?: Partial<Bounds>
}

/** A frame of the server's; nothing in it is known to be what it should. */
type Frame = { readonly [name: string]: unknown }

/** For the core's heartbeat: a frame that is no message was heard, or that which answers its ping. */
const HEARD = {}
const PONG = {}

/** Breaks that strike everybody at once, as when a server was started anew; then it is polite to wait this long at most, in ms. */
const SHARED = /epoch|none/
const HERD = 10_000
const ALONE = 1000

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
  const { beats, interval, timeout } = settings
  const { token, pending } = own
  const bounds = { limit: 1000, bytes: 2 ** 22, ...pending }
  for (const [name, value] of Object.entries(bounds)) check(`pending.${name}`, value, value >= 0, 'a number from 0')

  let port: SessionPort
  let stand: StandIn | undefined
  /** Whether the present link speaks our protocol; undefined while there is none. */
  let ours: boolean | undefined
  /** While the session may speak. */
  let line: ((frame: string) => void) | undefined
  let sid: string | undefined
  let key: string | undefined
  let max = Infinity
  let welcomed = false
  let disposed = false
  let secret: string | undefined
  /** Refusals of the token in a row. */
  let refused = 0
  let pings = 0
  /** Of a `bye`: when to come back. */
  let hint: unknown
  /** Questions for a stream, by its name, that the server has not answered on this link. */
  let asked = new Map<string, number>()

  const positions = createPositions(own.streams ?? [])
  const deliveries = createDeliveries(bounds, () => line, () => max)
  const say = (frame: object): void => line?.(JSON.stringify(frame))
  const tell = <Type extends keyof SessionEvents>(type: Type, value: SessionEvents[Type]): unknown => port.emit(type, value)

  // Streams.

  const ask = (stream: string): void => {
    if (!line) return
    asked.set(stream, (asked.get(stream) ?? 0) + 1)
    say({ t: 'sub', stream, pos: positions.at(stream) })
  }
  /** What the server says of a stream. A stream that it joined for us unasked is as good. */
  const answered = (stream: string, told: unknown): Omit<Resync, 'wait'> | undefined => {
    const questions = asked.get(stream) ?? 0
    asked.set(stream, Math.max(0, questions - 1))
    if (questions > 1 || !Array.isArray(told)) return undefined // a later answer counts
    if (questions && !positions.has(stream)) return void say({ t: 'unsub', stream }) // left meanwhile
    return positions.settle(stream, told as unknown as Told)
  }
  const broken = (lost: Omit<Resync, 'wait'> | undefined): void => {
    if (lost) tell('resync', { ...lost, wait: clock.random() * (SHARED.test(lost.why) ? HERD : ALONE) }) // R5
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

  const welcome = (frame: Frame): void => {
    const { sid: named, key: secretKey, resumed, cseq, hb, max: longest, streams } = frame
    if (typeof named !== 'string' || typeof secretKey !== 'string' || !isCount(cseq)) return
    const back = resumed === true && named === sid
    ;[sid, key, welcomed, refused] = [named, secretKey, true, 0]
    max = isCount(longest) && longest ? longest : Infinity
    const [every, wait] = (Array.isArray(hb) ? hb : []) as unknown[]
    Object.assign(settings, { beats: true, interval: +every! >= 1 ? +every! : 25_000, timeout: +wait! >= 1 ? +wait! : 10_000 })
    const { say: speak } = stand!
    line = (text) => port.guard(speak, text) // what a platform refuses is sent again on the next link
    const lost = Object.entries(Object(streams) as object).map(([stream, told]) => answered(stream, told))
    const unsure = deliveries.resume(back, cseq)
    asked = new Map()
    for (const stream of positions.names()) if (!Object.hasOwn(Object(streams) as object, stream)) ask(stream)
    stand!.ready() // S3
    if (back) tell('resumed', { sid: named })
    if (unsure.length) tell('uncertain', { messages: unsure })
    lost.forEach(broken)
  }

  const heed: { readonly [kind: string]: ((frame: Frame) => unknown) | undefined } = {
    __proto__: null as never,
    // Each gives what the core is to receive, if anything.
    emit: (frame) => 'd' in frame && frame,
    msg: (frame) => {
      const { s, off } = frame
      return typeof s === 'string' && isCount(off) && 'd' in frame && obey(s, positions.take(s, off)) && frame
    },
    ack: ({ seq }) => void (isCount(seq) && deliveries.ack(seq)),
    res: ({ seq, d, e }) => void deliveries.answer(seq as number, d, e as object | undefined),
    sub: ({ s, at }) => void (typeof s === 'string' && broken(answered(s, at))),
    reset: ({ s, epoch, off, why }) =>
      void (typeof s === 'string' && positions.at(s) && broken(positions.settle(s, [epoch, off, 'lost', why]))),
    ping: ({ id, top }) => {
      say({ t: 'pong', id })
      for (const [stream, off] of Object.entries(Object(top) as object)) if (line && isCount(off)) obey(stream, positions.compare(stream, off))
    },
    pong: () => PONG,
    pres: ({ s, all, in: entered, out }) => {
      const value = { stream: s, ...(all ? { all } : {}), ...(entered ? { in: entered } : {}), ...(out ? { out } : {}) }
      if (typeof s === 'string' && [all ?? [], entered ?? [], out ?? []].every(Array.isArray)) tell('presence', value as never)
    },
    bye: (frame) => {
      hint = frame['in']
    },
  }

  const hear = (data: unknown): void => {
    let frame: Frame = {}
    try {
      frame = Object(JSON.parse(data as string)) as Frame
    } catch {
      // What is no JSON is ignored, as are kinds that we do not know.
    }
    const { t } = frame
    if (!line) return t === 'welcome' ? welcome(frame) : undefined
    const message = heed[t as string]?.(frame) || HEARD
    stand?.onmessage?.({ data: message })
  }

  // The link.

  const over = (which: StandIn): void => {
    if (stand === which) stand = line = ours = undefined
  }
  const stands = createStandIns({
    welcomed: () => welcomed,
    leaving: () => /clos/.test(port.status()),
    opened: (which, speaks) => {
      stand = which
      ours = speaks
      line = hint = undefined
      if (!speaks) {
        Object.assign(settings, { beats, interval, timeout })
        return deliveries.end(new NoSessionError('the server speaks plain WebSocket'))
      }
      const names = positions.names()
      asked = new Map(names.map((stream) => [stream, 1]))
      const [known, fresh] = [names.filter(positions.at), names.filter((stream) => !positions.at(stream))]
      const pos = Object.fromEntries(known.map((stream) => [stream, positions.at(stream)]))
      which.say(JSON.stringify({ t: 'hello', v: 1, token: secret, sid, key, pos, sub: fresh, req: sid && deliveries.asking() }))
    },
    hear,
    wrap: (frame) => {
      if (typeof frame !== 'string') throw new TypeError('a session carries text')
      const text = `{"t":"emit","d":${embed(frame)}}`
      if (text.length * 3 > max && byteLength(text) > max) throw new TypeError('too long')
      return text
    },
    over,
    judge: (code, reason) => {
      const verdict: Partial<CloseInfo> = {}
      if (code === 4006 || code === 4501) {
        verdict.final = refused++ > 0 || typeof token !== 'function'
        if (verdict.final) verdict.cause = 'auth'
      }
      return { reason: reason || !hint ? reason : JSON.stringify({ in: hint }), verdict }
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
    if (data === HEARD || data === PONG) return data
    const { t, s, off, d, re } = data as Frame
    const message = codec.fromJson ? codec.fromJson(d) : codec.decode(typeof d === 'string' ? d : JSON.stringify(d))
    if (t === 'msg') tell('stream', { stream: s as string, off: off as number, message, replayed: !!re })
    return message
  }

  const deliver = (message: unknown, how: RequestOptions = {}, asks = false): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { idempotencyKey: idem, channel: ch, signal, timeout = asks ? 10_000 : undefined } = how
      for (const [name, label] of Object.entries({ idempotencyKey: idem, channel: ch })) {
        check(name, label, byteLength(label ?? '') <= 256, 'at most 256 bytes')
      }
      let frame: string
      try {
        frame = encode(message) as string
      } catch (cause) {
        throw new EncodeError(`${cause}`, { cause })
      }
      if (disposed) throw new NotSentError('the client is disposed')
      if (ours === false) throw new NoSessionError('the server speaks plain WebSocket')
      signal?.throwIfAborted()
      const members = JSON.stringify({ ch, idem, rq: asks ? 1 : undefined })
      const rest = `,"d":${embed(frame)}${members.length > 2 ? ',' : ''}${members.slice(1, -1)}`
      let timer: unknown
      const delivery: Delivery = {
        message,
        rest,
        bytes: byteLength(rest),
        keyed: idem !== undefined,
        asks,
        settle: (error, value) => {
          clock.clearTimeout(timer)
          off()
          if (error === undefined) resolve(value)
          else reject(error)
        },
      }
      const off = until(signal, () => {}, () => deliveries.abandon(delivery, signal!.reason))
      if (timeout !== undefined) {
        timer = later(clock, () => deliveries.abandon(delivery, new NotSentError(`no answer within ${timeout} ms`)), timeout)
      }
      deliveries.add(delivery)
    })

  const end = (): void => {
    sid = key = undefined
    refused = 0
    stands.forget()
    deliveries.end(new NotSentError('the client was closed'))
  }

  const protocols = (dial: Dial): unknown => {
    const mine = given.protocols
    if (typeof token !== 'function') {
      secret = token
      return typeof mine === 'function' ? mine(dial) : mine
    }
    const asking = { ...dial, refresh: refused > 0 }
    return new Promise((done, fail) =>
      resolveDial(
        mine,
        token as (dial: Dial) => string | Promise<string>,
        asking,
        ([chosen, answer]) => {
          if (!dial.signal.aborted) secret = answer
          done(chosen)
        },
        fail,
      ),
    )
  }

  return {
    options: {
      __proto__: given,
      ...own,
      codec: { encode, decode },
      protocols,
      get heartbeat() {
        if (!ours) return given.heartbeat
        return {
          message: () => {
            say({ t: 'ping', id: ++pings })
            return null
          },
          isReply: (data: unknown) => data === PONG,
          answer: { to: (data: unknown) => data === HEARD, with: () => null },
        }
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
        if (type === 'dispose') disposed = true
        if (disposed || (type === 'status' && /clos/.test(value as string))) end()
      })
      const methods: Partial<SessionMethods<unknown>> & Partial<WebSocketClient> = {
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
        join: (stream) => {
          check('stream', stream, typeof stream === 'string' && stream && byteLength(stream) <= 256, '1 to 256 bytes')
          if (positions.add(stream)) ask(stream)
        },
        leave: (stream) => {
          if (positions.has(stream)) say({ t: 'unsub', stream })
          positions.remove(stream)
        },
      }
      Object.assign(client, methods)
      Object.defineProperties(client, {
        sid: { enumerable: true, get: () => sid },
        socket: { enumerable: true, get: () => (held!() as StandIn | undefined)?.platform },
      })
    },
  }
}

/** `session`: what a client is given to lose nothing over reconnects. Here the frames of the protocol are said and heard. */

import type { WebSocketClient } from '../client/client.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type Codec, byteLength, raw } from '../messaging/codec.ts'
import { type Dial, resolveDial } from '../transport/dial.ts'
import { check } from '../base/errors.ts'
import type { WebSocketOptions } from '../client/options.ts'
import type { RunnerRules } from '../engine/runner.ts'
import type { Presence, Session, SessionMethods, SessionPort } from '../client/session.ts'
import { createDeliver } from './deliver.ts'
import { createDeliveries } from './deliveries.ts'
import { NoSessionError, NotSentError } from './errors.ts'
import { type Frame, type Welcome, entries, isCount } from './frames.ts'
import type { SessionOptions } from './sessionOptions.ts'
import { type StandIn, createStandIns } from './standIn.ts'
import { createStreams } from './streams.ts'

const plainServer = (): NoSessionError => new NoSessionError('the server speaks plain WebSocket')

/**
 * Delivery across reconnects with `@holdfast/server`; plain WebSocket with any other.
 *
 * @example
 * const client = createWebSocket('wss://example.org/hub', { codec: json<Line, Line>(), session: session({ streams: ['room'] }) })
 * client.on('resync', ({ stream, wait }) => setTimeout(() => fetchState(stream), wait))
 * await client.deliver({ text: 'hello' }, { idempotencyKey: crypto.randomUUID() }) // the server has applied it, once
 */
export const session = <In = unknown, Out = unknown>(own: SessionOptions<In, Out> = {}): Session => ({
  link: (options, settings) =>
    link(own as SessionOptions, options as WebSocketOptions<unknown, unknown>, settings as RunnerRules),
})

const link = (
  own: SessionOptions,
  given: WebSocketOptions<unknown, unknown>,
  settings: RunnerRules,
): ReturnType<Session['link']> => {
  const { clock = systemClock, codec = raw() as Codec<unknown, unknown> } = given as {
    clock?: Clock
    codec?: Codec<unknown, unknown>
  }
  const plain = { ...settings } // the user's heartbeat, for plain servers
  const { token } = own
  const bounds = { limit: 1000, bytes: 2 ** 22, ...own.pending }
  for (const [name, value] of entries(bounds))
    check(`pending.${name}`, value, (value as number) >= 0, 'a number from 0')
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
  /** Of a `bye`: when to come back. */
  let hint = ''

  const deliveries = createDeliveries(
    bounds,
    () => line,
    () => max,
    () => clock.now(),
  )
  const say = (frame: object): null => {
    line?.(JSON.stringify(frame))
    return null
  }
  const leaving = (): boolean => /clos/.test(port.facts().status)

  const streams = createStreams(
    own.streams ?? [],
    say,
    () => stand?.onclose?.({ code: 4002, reason: 'gap', verdict: { cause: 'network' } }),
    // A break that strikes everybody at once must not turn into a herd that fetches at once.
    (lost) =>
      lost && port.emit('resync', { ...lost, wait: clock.random() * (/epoch|none/.test(lost.reason) ? 10_000 : 1000) }), // R5
  )

  // What is heard.

  const welcome = ({
    sid: named,
    key: given,
    resumed,
    cseq,
    hb,
    max: longest,
    streams: answers,
    err,
  }: Welcome): void => {
    if (typeof named !== 'string' || typeof given !== 'string' || !isCount(cseq)) return
    const back = resumed === true && named === sid
    const [every, wait] = [hb].flat() as number[]
    sid = named
    key = given
    refused = 0
    strays--
    max = (longest as number) > 0 ? (longest as number) : Infinity
    Object.assign(settings, {
      beats: true,
      interval: every! >= 1 ? every : plain.interval,
      timeout: wait! >= 1 ? wait : plain.timeout,
    })
    line = (frame) => port.guard(() => stand!.platform.send(frame)) // what a platform refuses is sent again on the next link
    const tellBreaks = streams.welcome(answers)
    // What was refused is settled by `cseq` as well, and must not pass for applied.
    if (back) for (const [seq, refusal] of entries(err)) deliveries.answer(+seq, undefined, refusal)
    const messages = deliveries.resume(back, cseq)
    stand?.ready() // S3
    if (back) port.emit('resumed', { sessionId: named })
    if (messages.length) port.emit('unconfirmed', { messages })
    tellBreaks()
  }

  /** What the core is to receive, when it decodes it; if there is anything. */
  const heed = (frame: Frame): (() => unknown) => {
    const { t, s, d, seq, all, in: entered, out } = frame
    if (t === 'ping') say({ t: 'pong', id: frame.id })
    const next = streams.hear(frame)
    if (next || (t === 'emit' && d !== undefined)) {
      return () => {
        const message = extract(d)
        if (next)
          port.emit('stream', { stream: s as string, offset: frame.off as number, message, replayed: !!frame.re })
        return message
      }
    }
    if (t === 'pong') return () => PONG
    if (t === 'ack' && isCount(seq)) deliveries.ack(seq)
    if (t === 'res') deliveries.answer(seq, d, frame.e)
    if (t === 'bye' && entered) hint = JSON.stringify({ in: entered })
    if (t === 'pres' && typeof s === 'string' && [all, entered, out].every((list = []) => Array.isArray(list))) {
      port.emit(
        'presence',
        JSON.parse(JSON.stringify({ stream: s, members: all, joined: entered, left: out })) as Presence,
      ) // without what is undefined
    }
    return () => HEARD
  }

  const hear = (data: unknown): void => {
    let frame: Frame = {}
    try {
      frame = Object(JSON.parse(data as string)) as Frame
    } catch {
      // What is no JSON is ignored, as are kinds that we do not know.
    }
    if (line) {
      const message = heed(frame)
      stand?.onmessage?.({ data: message })
    } else if (stand && frame.t === 'welcome') welcome(frame as Welcome)
  }

  // The link.

  const stands = createStandIns(given, {
    leaving,
    opened: (which, speaks) => {
      stand = which
      ours = speaks
      hint = ''
      if (speaks) {
        strays++
        const hello = { t: 'hello', v: 1, token: secret, sid, key, ...streams.hello(), req: sid && deliveries.asking() }
        return which.platform.send(JSON.stringify(hello))
      }
      Object.assign(settings, plain)
      deliveries.end(plainServer())
    },
    hear: (data) => port.guard(hear, data),
    wrap: (frame) => {
      const text = `{"t":"emit","d":${embed(frame as string)}}`
      if (typeof frame !== 'string' || (text.length * 3 > max && byteLength(text) > max)) throw new TypeError()
      return text
    },
    over: (code, reason) => {
      const judged = ours
      stand = line = ours = undefined
      if (!judged) return undefined
      const unwanted = code === 4006 || code === 4501
      const ownStray = code === 4509 && strays > 0 && strays-- // S2: replaced by ourselves
      const final = unwanted && (refused++ > 0 || !token)
      return {
        reason: reason || hint,
        verdict: unwanted || ownStray ? { final, cause: final ? 'auth' : 'server' } : undefined,
      }
    },
  })

  // Messages.

  const embed = (frame: string): string => (codec.fromJson ? frame : JSON.stringify(frame))
  const extract = (d: unknown): unknown =>
    codec.fromJson ? codec.fromJson(d) : codec.decode(typeof d === 'string' ? d : JSON.stringify(d))

  const deliver = createDeliver(deliveries, clock, (message) => {
    if (disposed) throw new NotSentError('disposed')
    if (ours === false) throw plainServer()
    return embed(port.encode(message) as string)
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
      WebSocket: stands.WebSocket,
      codec: {
        encode: (message: unknown) => {
          const frame = codec.encode(message)
          if (ours !== false && typeof frame !== 'string') throw new TypeError('a session carries text, not binary')
          return frame
        },
        decode: (data: never) => (ours ? (data as () => unknown)() : codec.decode(data)),
      },
      ...(token && {
        protocols: (dial: Dial) =>
          new Promise((resolve, reject) =>
            resolveDial(
              given.protocols,
              token as unknown as string,
              { ...dial, refresh: refused > 0 } as Dial,
              ([chosen, answer]) => {
                if (!dial.signal.aborted) secret = answer
                resolve(chosen)
              },
              reject,
            ),
          ),
      }),
      get heartbeat() {
        if (!ours) return given.heartbeat || { message: null }
        return { message: () => say({ t: 'ping', id: 1 }), isReply: PONG, answer: { to: HEARD, with: null } }
      },
    },
    events: ' or resync or unconfirmed or resumed or stream or presence',
    attach: (client, lent) => {
      port = lent
      const { close, reconnect, onAny } = client as WebSocketClient<unknown, unknown>
      onAny((type) => {
        disposed ||= type === 'dispose'
        if (disposed || (type === 'status' && leaving())) end()
      })
      const methods: Omit<SessionMethods<unknown>, 'sessionId'> & Pick<WebSocketClient, 'close' | 'reconnect'> = {
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
        join: streams.join,
        leave: streams.leave,
      }
      Object.defineProperties(Object.assign(client, methods), {
        sessionId: { get: () => sid },
        socket: { get: () => (port.socket() as StandIn | undefined)?.platform },
      })
    },
  }
}

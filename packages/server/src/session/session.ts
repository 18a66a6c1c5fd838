/** A client that speaks the protocol: hello and welcome, then frames. What it sends is applied by `deliveries`, what it hears comes from `memberships`. */

import type { IncomingMessage } from 'node:http'
import { CODES } from '../protocol/closeCodes.ts'
import type { CloseDetails } from '../context/hubEvents.ts'
import { createDeliveries } from './deliveries.ts'
import { HubError } from '../errors.ts'
import { type ClientFrame, type HelloFrame, readFrame } from '../protocol/frames.ts'
import { type Greeting, type Refusal, greet, identify } from './handshake.ts'
import { type Guest, type House, createGuest } from '../peers/clientHandle.ts'
import { BadFrame } from '../protocol/json.ts'
import { createLease } from './lease.ts'
import { createLink } from '../connection/link.ts'
import type { Joining } from '../streams/subscriptions.ts'
import type { Party } from '../peers/peer.ts'
import type { NodeSocket } from '../connection/socket.ts'
import { createSpeech } from './frameWriter.ts'
import type { Owner } from '../store/store.ts'
import { welcomeFrames } from './welcome.ts'
import { createWork } from '../peers/taskQueue.ts'

/** What there is once it was let in. */
interface Live {
  greeting: Greeting
  guest: Guest
  deliver: ReturnType<typeof createDeliveries>
}

/** The codes that tell something about the client; the rest is a matter of course. */
const DROPS = new Set<number>([
  CODES.slow,
  CODES.flood,
  CODES.badFrame,
  CODES.tooBig,
  CODES.expired,
  CODES.noHello,
  CODES.version,
])

/** @param forget is called when nothing is left to do for it */
export const createSession = (
  house: House,
  socket: NodeSocket,
  request: IncomingMessage,
  number: number,
  forget: () => void,
): Party => {
  const { setting } = house
  const { events, limits, stats, store, timers, report } = setting
  const owner: Owner = { node: setting.name, link: number }
  let greeted = false
  let live: Live | undefined
  let detached = false

  const failed = (error: unknown): void => {
    report(error)
    link.close(CODES.failed, 'the server has failed')
  }
  const work = createWork({ tasks: limits.backlog, bytes: limits.backlogBytes }, failed)
  const send = (frame: object): void => link.send(JSON.stringify(frame))
  const speech = createSpeech(stats, (frame) => link.send(frame))
  const lease = createLease(setting, owner, () => link)
  const bad = (why: string): void => {
    stats.badFrames++
    link.close(CODES.badFrame, why)
  }
  const refuse = ({ code, why }: Refusal): void => {
    stats.refused++
    link.close(code, why)
  }

  const hello = async (frame: HelloFrame): Promise<void> => {
    const { user, refusal } = await identify(setting, request, frame.token, { sid: frame.sid }) // S1
    if (!link.open) return
    if (refusal) return refuse(refusal) // S1
    const greeting = await greet(setting, frame, user, owner)
    if (!link.open) return
    const { session } = greeting
    const guest = createGuest({
      house,
      link,
      id: `${setting.name}:${number}`,
      user: greeting.user,
      sid: session.sid,
      speech,
    })
    const joining = await guest.memberships.join(frame.streams)
    if (!link.open) return void guest.memberships.end()
    const deliver = createDeliveries({ setting, link, connection: guest.connection, session, owner })
    enter({ greeting, guest, deliver }, frame, joining)
  }
  const enter = (entered: Live, { req }: HelloFrame, joining: Joining): void => {
    const { greeting, guest } = entered
    live = entered
    stopWaiting()
    stats.accepted++
    stats.sessions++
    if (greeting.resumed) stats.resumes++
    for (const frame of welcomeFrames(setting, greeting, joining, req)) link.send(frame)
    lease.begin(greeting.session.sid, greeting.user)
    link.watch(() => {
      const top = guest.memberships.tops()
      send({ t: 'ping', ...(Object.keys(top).length > 0 && { top }) }) // R8
    })
    events.tell('connection', guest.connection)
    if (greeting.resumed) events.tell('resume', guest.connection)
    guest.go(joining)
  }
  const authenticate = async (token: string): Promise<void> => {
    if (!live || !setting.options.authenticate) return
    const { guest } = live
    const { user, refusal } = await identify(setting, request, token, undefined)
    if (refusal) return refuse(refusal)
    if (user.id !== guest.connection.user.id) return refuse({ code: CODES.unauthorised, why: 'another user' })
    guest.renew(user)
    lease.renew(user)
  }
  const emit = async (d: unknown, channel: string | undefined): Promise<void> => {
    if (!live || detached) return
    const { connection } = live.guest
    stats.received++
    try {
      await events.ask('message', d, {
        connection,
        user: connection.user,
        id: undefined,
        idempotencyKey: undefined,
        channel,
      })
    } catch (error) {
      // Nobody waits for an answer that could be refused.
      if (!(error instanceof HubError)) report(error)
    }
  }
  const queue = (bytes: number, task: () => Promise<void>): void => {
    if (work.add(bytes, task)) return
    stats.floods++
    link.close(CODES.flood, 'rate limited', [1000, 5000])
  }
  const obey = (frame: ClientFrame, bytes: number): void => {
    if (frame.t === 'ping') return send({ t: 'pong', id: frame.id })
    if (frame.t === 'pong') return undefined
    if (frame.t === 'hello') return greetOnce(frame)
    if (!live) return bad('hello comes first')
    const { guest, deliver } = live
    switch (frame.t) {
      case 'send':
        return queue(bytes, () => deliver(frame))
      case 'emit':
        return queue(bytes, () => emit(frame.d, frame.ch))
      case 'auth':
        return void authenticate(frame.token).catch(failed)
      // After what was said before and before what is said after: who joins and then speaks hears itself.
      case 'sub':
        return queue(bytes, () => guest.join(frame.stream, frame.pos).catch(() => undefined))
      default:
        return queue(bytes, () => guest.leave(frame.stream).catch(() => undefined))
    }
  }
  const greetOnce = (frame: HelloFrame): void => {
    if (greeted) return bad('a second hello')
    greeted = true
    if (frame.v !== 1) return refuse({ code: CODES.version, why: 'version 1 is spoken here' })
    void hello(frame).catch(failed)
  }
  const heard = (data: string | Buffer, isBinary: boolean): void => {
    if (isBinary) return bad('binary')
    const text = data.toString()
    try {
      const frame = readFrame(text, limits.depth)
      if (frame) obey(frame, data.length)
    } catch (error) {
      if (error instanceof BadFrame) bad(error.message)
      else failed(error)
    }
  }
  const part = (code: number): void => {
    stopWaiting()
    lease.end()
    live?.guest.end(code !== 1000 && code !== 1001)
  }
  const ended = (details: CloseDetails): void => {
    part(details.code)
    if (live) {
      stats.sessions--
      events.tell('close', live.guest.connection, details)
    }
    void finish(details.code).catch(report).finally(forget)
  }
  /** What is under way goes on; afterwards the session waits to be resumed, or is over. */
  const finish = async (code: number): Promise<void> => {
    await work.idle()
    if (!live || detached) return // S2
    const { sid } = live.greeting.session
    await (code === 1000 ? store.endSession(sid, owner) : store.touchSession(sid, owner))
  }
  const link = createLink({
    setting,
    socket,
    request,
    number,
    heard,
    closing: (code, why) => {
      part(code)
      if (DROPS.has(code)) events.tell('drop', live?.guest.connection, { code, why })
    },
    ended,
  })
  const stopWaiting = timers.after(limits.hello, () => link.close(CODES.noHello, 'no hello in time'))
  return {
    link,
    broadcast: ({ frame }) => {
      if (live) speech.message(frame, '')
    },
    detach: async () => {
      detached = true
      link.close(CODES.replaced, 'replaced by a newer link') // S2
      await work.halt() // S2
    },
    settled: () => work.idle(),
  }
}

/** Decides on upgrade requests: bounds, origin, the application's own check, the user of a plain client. Then completes the upgrade. */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { monotonicNow } from '../clock.ts'
import type { CallbackContext } from '../context/callbacks.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import type { RefusalReason } from '../metrics/stats.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import { claimSocket } from './claim.ts'
import { createPlaces } from './places.ts'
import { SUBPROTOCOL } from './socket.ts'
import {
  type AllowedOrigins,
  type BeforeUpgrade,
  earlyRefusal,
  isAllowed,
  offeredProtocols,
  refuseUpgrade,
} from './upgrade.ts'

/** Of one message. Browsers send fragments of several KiB. */
const MOST_FRAGMENTS = 512
/** The smallest packets in which a long message may arrive, on average, in bytes. Those of IPv4 have at least 536 bytes. */
const SMALLEST_PACKET = 512

export interface Upgrades {
  /** Whether all places of the hub are taken. */
  isFull(): boolean
  /** Accepts or refuses an upgrade request, whatever its path. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Answers with a status, counts it, and closes the socket. */
  refuse(reason: RefusalReason, status: number, request: IncomingMessage, socket: Duplex): void
  /** Ends the upgrades that wait for an answer of the application. */
  close(): void
}

export interface UpgradesOptions {
  context: HubContext
  allowedOrigins: AllowedOrigins | undefined
  beforeUpgrade: BeforeUpgrade | undefined
  /** Whether the hub accepts new clients. */
  isAccepting(): boolean
  /** Authenticates a plain client. The code of a refusal is 1011 if that has failed. Never rejects. @param timeLeft in ms */
  identify(
    request: IncomingMessage,
    timeLeft: () => number,
  ): Promise<{ user?: User | undefined; refusal?: { code: number } | undefined }>
  accept(webSocket: WebSocket, request: IncomingMessage, user: User | undefined, stream: Duplex): void
}

type Refusal = readonly [reason: RefusalReason, status: number]

/** The reasons of the statuses that `beforeUpgrade` may return. Any other status is `auth`. */
const REASONS: ReadonlyMap<number, RefusalReason> = new Map([
  [404, 'path'],
  [429, 'rate'],
  [503, 'full'],
])

/** Without a listener, an error before the upgrade would end the process. `ws` has its own listener after it. */
function destroyOnError(this: Duplex): void {
  this.destroy()
}

export const createUpgrades = (options: UpgradesOptions): Upgrades => {
  const { context, allowedOrigins, beforeUpgrade, isAccepting, identify, accept } = options
  const { clock, limits, report, timers } = context
  const places = createPlaces(limits)
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.frame,
    // `ws` holds an object of about 100 bytes for each fragment and about 300 for each packet of an unfinished message.
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_FRAGMENTS + Math.ceil(limits.frame / SMALLEST_PACKET),
    // Compression needs about 300 KiB per connection, and can leak secrets that share a message with chosen text.
    perMessageDeflate: false,
    // Called only for a client that offers a protocol. A plain client gets its first one.
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : [...protocols][0]!),
  })
  /** Upgrades that wait for an answer of the application. */
  const pending = new Set<Duplex>()

  const refuse: Upgrades['refuse'] = (reason, status, request, socket) => {
    refuseUpgrade(socket, status)
    context.refuse(reason, { status }, request)
  }
  webSockets.on('wsClientError', (_error, socket, request) => refuse('protocol', 400, request, socket))

  /** All functions of one upgrade share the deadline of `limits.hello`. */
  const startDeadline = (): CallbackContext & { timeLeft(): number } => {
    const endsAt = monotonicNow(clock) + limits.hello
    return { timers, limits, report, timeLeft: () => Math.max(0, endsAt - monotonicNow(clock)) }
  }
  const findRefusal = async (deadline: CallbackContext, request: IncomingMessage): Promise<Refusal | undefined> => {
    if (!(await isAllowed(deadline, allowedOrigins, request))) return ['origin', 403]
    const status = await earlyRefusal(deadline, beforeUpgrade, request)
    return status === undefined ? undefined : [REASONS.get(status) ?? 'auth', status]
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, user?: User): void => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', destroyOnError)
      try {
        accept(webSocket, request, user, socket)
      } catch (error) {
        webSocket.terminate()
        throw error
      }
    })
  }
  const decide = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const deadline = startDeadline()
    const refusal = await findRefusal(deadline, request)
    if (socket.destroyed) return
    if (refusal) return refuse(...refusal, request, socket)
    // A plain client is authenticated by its request, because it sends no `hello`.
    const isPlain = !offeredProtocols(request).includes(SUBPROTOCOL)
    const { user, refusal: denied } = isPlain ? await identify(request, deadline.timeLeft) : {}
    if (socket.destroyed) return
    if (!isAccepting()) refuse('draining', 503, request, socket)
    else if (denied?.code === CLOSE_CODES.internalError) refuseUpgrade(socket, 503)
    else if (denied) refuse('auth', 401, request, socket)
    else upgrade(request, socket, head, user)
  }
  const admit = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    pending.add(socket)
    try {
      await decide(request, socket, head)
    } catch (error) {
      report(error)
      refuseUpgrade(socket, 503)
    } finally {
      pending.delete(socket)
    }
  }
  return {
    isFull: places.isFull,
    handle: (request, socket, head) => {
      if (!claimSocket(socket)) return report(new Error('two hubs handle one upgrade: give each hub its own path'))
      socket.on('error', destroyOnError)
      if (socket.destroyed) return
      if (!isAccepting()) return refuse('draining', 503, request, socket)
      if (places.isFull()) return refuse('full', 503, request, socket)
      const release = places.take(limits.perAddress < Infinity ? context.addressOf(request) : '')
      if (!release) return refuse('rate', 429, request, socket)
      // Also while a function of the application has not answered.
      socket.once('close', release)
      return void admit(request, socket, head)
    },
    refuse,
    close: () => {
      for (const socket of pending) socket.destroy()
    },
  }
}

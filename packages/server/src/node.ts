/** The hub without HTTP: accepts any object that behaves like a WebSocket of `ws`, and uses a replaceable clock. */

import type { IncomingMessage } from 'node:http'
import type { Accepted } from './connection/linkHost.ts'
import { type NodeSocket, SUBPROTOCOL, type SocketStream } from './connection/socket.ts'
import { TextFrame } from './connection/textFrame.ts'
import { type HubContext, NODE_OPTIONS, type NodeOptions, createHubContext } from './context/hubContext.ts'
import { reportEvictions } from './context/reportEvictions.ts'
import type { User } from './context/hubEvents.ts'
import type { Stats } from './metrics/stats.ts'
import { DRAIN_MARGIN, DRAIN_WINDOW, drainPeers } from './drain.ts'
import { HubError, check, checkNames } from './errors.ts'
import type { HubNode } from './hubNode.ts'
import type { Peer, PeerHost } from './peers/peer.ts'
import { PlainPeer } from './peers/plainPeer.ts'
import { createSessionEnds } from './peers/sessionEnds.ts'
import { createSessionTimers } from './peers/sessionTimers.ts'
import { CLOSE_CODES } from './protocol/closeCodes.ts'
import { NAME, isName } from './protocol/frames.ts'
import { toJson } from './protocol/json.ts'
import { anonymous, authenticate } from './session/authenticate.ts'
import { Session } from './session/session.ts'
import { createShutdownStep } from './shutdown.ts'
import { createPresence } from './streams/presence.ts'
import { createStreamRegistry } from './streams/streamRegistry.ts'
import { trackUnfinished } from './unfinished.ts'

/** How long `close` waits for closing handshakes and running listeners, in ms. */
const CLOSE_TIMEOUT = 2000
/** Sessions that are touched at once, so that the store also serves others meanwhile. */
const TOUCH_BATCH = 100

/** @throws OptionError */
export const createNode = (options: NodeOptions = {}): HubNode => {
  checkNames('', options, NODE_OPTIONS)
  return createNodeIn(createHubContext(options))
}

/** Creates a node whose context is shared with the hub around it. */
export const createNodeIn = (context: HubContext): HubNode => {
  const { store, events, stats, timers } = context
  const streams = createStreamRegistry(context)
  const presence = createPresence(context)
  const sessionEnds = createSessionEnds(context)
  const peers = new Map<number, Peer>()
  let lastLinkNumber = 0
  let accepting = true
  let onNoPeers: (() => void) | undefined
  let onNoConnections: (() => void) | undefined
  let closing: Promise<void> | undefined
  /** Whether a drain has reported the listeners that hang. */
  let isReported = false
  /** Set at the end of `close`, so that listeners which are still running may publish. */
  let closed = false

  /** The store may have lost sessions. */
  const touchSessions = async (): Promise<void> => {
    const all = [...peers.values()]
    for (let index = 0; index < all.length; index += TOUCH_BATCH) {
      await Promise.all(all.slice(index, index + TOUCH_BATCH).map((peer) => peer.touch?.()))
    }
  }
  const unsubscribers = [
    store.onBroadcast((data) => {
      const message = { data, json: new TextFrame(data), frame: new TextFrame(`{"t":"emit","d":${data}}`) }
      for (const peer of peers.values()) peer.broadcast(message)
    }),
    store.onDetach(async (sessionId, link, node = context.name) => {
      if (node !== context.name) return
      sessionEnds.expectTakeover(sessionId)
      await peers.get(link)?.detach()
    }),
    store.onPossibleGap(() => {
      streams.catchUp()
      touchSessions().catch(context.report)
    }),
    store.onStateChange?.((up, error) => {
      if (!up) context.reportOutage(error ?? new Error('the store is unavailable'))
    }),
    reportEvictions(context),
  ]

  const peerHost: PeerHost = {
    context,
    streams,
    presence,
    sessionEnds,
    sessionTimers: createSessionTimers(context),
    onDone: ({ link }) => {
      peers.delete(link.number)
      if (peers.size === 0) onNoPeers?.()
    },
  }
  const onClosed = (): void => {
    stats.connections--
    if (stats.connections === 0) onNoConnections?.()
  }
  const accept = (socket: NodeSocket, request: IncomingMessage, user?: User, stream?: SocketStream): void => {
    stats.connections++
    socket.on('close', onClosed)
    const accepted: Accepted = { socket, request, stream, number: ++lastLinkNumber }
    const isPlain = socket.protocol !== SUBPROTOCOL
    const peer: Peer = isPlain
      ? new PlainPeer(peerHost, accepted, user ?? anonymous())
      : new Session(peerHost, accepted)
    peers.set(accepted.number, peer)
    peer.announce?.()
    if (accepting) return
    context.refuse('draining', { code: CLOSE_CODES.serviceRestart }, request)
    peer.link.close(CLOSE_CODES.serviceRestart, 'going away', [0, 1000])
  }
  const close = async (): Promise<void> => {
    accepting = false
    const step = createShutdownStep(context.clock, context.report)
    const unfinished = trackUnfinished(context, [...peers.values()])
    for (const { link } of peers.values()) link.close(CLOSE_CODES.goingAway, 'going away')
    const noPeers = new Promise<void>((resolve) => {
      onNoPeers = resolve
      if (peers.size === 0) resolve()
    })
    const isDone = await timers.within(CLOSE_TIMEOUT, noPeers)
    if (!isDone && !isReported) unfinished.report(`close: no longer waits after ${CLOSE_TIMEOUT} ms for`)
    // Ends the sockets that are still open. Listeners that are still running are not awaited any more.
    const noConnections = new Promise<void>((resolve) => {
      onNoConnections = resolve
      if (stats.connections === 0) resolve()
    })
    for (const { link } of peers.values()) link.terminate()
    await step('sockets', () => noConnections)
    await step('the store to remove presence', presence.close)
    for (const unsubscribe of unsubscribers) await step('the store to remove a listener', () => unsubscribe?.())
    timers.clear()
    if (context.ownsStore) await step('the store to close', store.close)
    closed = true
  }
  const isStoreUp = (): boolean => store.up ?? true
  const assertOpen = (): void => {
    if (closed) throw new HubError('closed', 'the hub is closed')
  }
  return {
    name: context.name,
    get accepting() {
      return accepting
    },
    get storeUp() {
      return isStoreUp()
    },
    on: events.on,
    identify: async (request, timeLeft) => {
      const { error, ...answer } = await authenticate({ ...context, ...(timeLeft && { timeLeft }) }, request)
      if (error) context.report(error)
      return answer
    },
    accept,
    publish: async (stream, message, options = {}) => {
      checkNames('', options, ['idempotencyKey'])
      const { idempotencyKey } = options
      const isKeyValid = idempotencyKey === undefined || isName(idempotencyKey)
      check('stream', stream, isName(stream), NAME)
      check('idempotencyKey', idempotencyKey, isKeyValid, NAME)
      assertOpen()
      const position = await store.publish(stream, toJson(message), idempotencyKey)
      stats.published++
      return position
    },
    broadcast: async (message) => {
      assertOpen()
      await store.broadcast(toJson(message))
    },
    presence: presence.list,
    drain: async (options = {}) => {
      checkNames('', options, ['window', 'timeout'])
      const { window = DRAIN_WINDOW, timeout = window + DRAIN_MARGIN } = options
      check('window', window, Number.isFinite(window) && window >= 0, 'ms')
      check('timeout', timeout, Number.isFinite(timeout) && timeout >= 0, 'ms')
      accepting = false
      const isDone = await drainPeers(context, [...peers.values()], { window: Math.min(window, timeout), timeout })
      isReported ||= !isDone
    },
    close: () => (closing ??= close()),
    latencies: context.latencies,
    stats: () => {
      const copy: Stats = { ...structuredClone(stats), store: { up: isStoreUp() } }
      for (const peer of peers.values()) {
        const { tasks, bytes } = peer.link.load()
        copy.backlog += tasks
        copy.backlogBytes += bytes
        copy.bufferedBytes += peer.link.socket.bufferedAmount
      }
      return copy
    },
    report: context.report,
  }
}

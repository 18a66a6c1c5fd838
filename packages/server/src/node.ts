/** Everything of the hub but sockets and HTTP: it accepts whatever behaves like a WebSocket of `ws`, by whatever clock. */

import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { CODES } from './protocol/closeCodes.ts'
import type { HubEvents, User } from './context/hubEvents.ts'
import { drainLinks } from './drain.ts'
import { HubError, check } from './errors.ts'
import { isName } from './protocol/frames.ts'
import { type Identified, anonymous, identify } from './session/handshake.ts'
import { toJson } from './protocol/json.ts'
import { PROTOCOL } from './connection/link.ts'
import type { Party } from './peers/peer.ts'
import { createPlain } from './peers/plainPeer.ts'
import { type PresenceMember, createPresence } from './streams/presence.ts'
import { createRooms } from './streams/streamRegistry.ts'
import { createSession } from './session/session.ts'
import { type NodeOptions, createSetting } from './context/hubContext.ts'
import type { NodeSocket } from './connection/socket.ts'
import type { Stats } from './context/stats.ts'
import type { Position } from './store/store.ts'

export interface HubNode {
  /** Its name as an owner of sessions. */
  readonly name: string
  /** False while draining, and when closed. */
  readonly accepting: boolean
  on<Name extends keyof HubEvents>(name: Name, listener: (...given: HubEvents[Name]) => unknown): () => void
  /** Who a plain client is, before it is upgraded; or why not. */
  identify(request: IncomingMessage): Promise<Identified>
  /** Takes over an open socket. @param user of a plain client, as `identify` found */
  accept(socket: NodeSocket, request: IncomingMessage, user?: User): void
  /**
   * Appends to a stream. Rejects when the store fails; with a key, publishing again is safe.
   *
   * @throws OptionError, TypeError for what JSON cannot hold, HubError `closed` once the hub is
   */
  publish(stream: string, message: unknown, options?: { idempotencyKey?: string | undefined }): Promise<Position>
  /** Tells all clients of all nodes, at most once. Rejects as `publish` does. */
  broadcast(message: unknown): Promise<void>
  /** Who is in a stream, on whichever node. */
  presence(stream: string): Promise<PresenceMember[]>
  /** Sends all clients away, evenly over the window, with word to come back. Accepts nobody from then on. */
  drain(options?: { window?: number }): Promise<void>
  /** Ends all; no timer and no listener is left. */
  close(): Promise<void>
  stats(): Stats
  /** Whether somebody listens to `error`. */
  readonly watched: boolean
  /** Tells `error`, or the console where nobody listens. */
  report(error: unknown): void
}

/** How long `close` waits for closing handshakes and for listeners that do not come to an end. */
const CLOSING = 2000

/** @throws OptionError */
export const createNode = (options: NodeOptions = {}): HubNode => {
  const setting = createSetting(options, randomBytes(9).toString('base64url'))
  const { store, events, stats, timers } = setting
  const rooms = createRooms(setting)
  const presence = createPresence(setting)
  const house = { setting, rooms, presence }
  const parties = new Map<number, Party>()
  let last = 0
  let accepting = true
  let empty: (() => void) | undefined
  let deserted: (() => void) | undefined
  let closing: Promise<void> | undefined
  /** Listeners that come to their end while it closes may still publish. */
  let closed = false

  const unsubscribe = [
    store.onBroadcast((data) => {
      const told = { data, json: Buffer.from(data), frame: Buffer.from(`{"t":"emit","d":${data}}`) }
      for (const party of parties.values()) party.broadcast(told)
    }),
    store.onDetach(async (sid, link, node = setting.name) => {
      if (node === setting.name) await parties.get(link)?.detach(sid)
    }),
    store.onDoubt(rooms.compare),
  ]

  const accept = (socket: NodeSocket, request: IncomingMessage, user: User = anonymous()): void => {
    const number = ++last
    const forget = (): void => {
      parties.delete(number)
      if (parties.size === 0) empty?.()
    }
    stats.connections++
    socket.on('close', () => {
      stats.connections--
      if (stats.connections === 0) deserted?.()
    })
    const plain = socket.protocol !== PROTOCOL
    const party = plain
      ? createPlain(house, socket, request, number, user, forget)
      : createSession(house, socket, request, number, forget)
    parties.set(number, party)
    party.begin?.()
    if (!accepting) party.link.close(CODES.restart, 'going away', [0, 1000])
  }
  const close = async (): Promise<void> => {
    accepting = false
    for (const { link } of parties.values()) link.close(CODES.away, 'going away')
    const quiet = new Promise<void>((resolve) => {
      empty = resolve
      if (parties.size === 0) resolve()
    })
    await Promise.race([quiet, timers.sleep(CLOSING)])
    // Listeners that hang keep nobody: their sockets go all the same.
    const gone = new Promise<void>((resolve) => {
      deserted = resolve
      if (stats.connections === 0) resolve()
    })
    for (const { link } of parties.values()) link.terminate()
    await gone
    await presence.close()
    for (const off of unsubscribe) off()
    timers.clear()
    if (setting.ownStore) await store.close()
    closed = true
  }
  const checkOpen = (): void => {
    if (closed) throw new HubError('closed', 'the hub is closed')
  }
  return {
    name: setting.name,
    get accepting() {
      return accepting
    },
    on: events.on,
    identify: (request) => identify(setting, request, undefined, undefined),
    accept,
    publish: async (stream, message, { idempotencyKey } = {}) => {
      check('stream', stream, isName(stream), 'a string of 1 to 256 bytes')
      check(
        'idempotencyKey',
        idempotencyKey,
        idempotencyKey === undefined || isName(idempotencyKey),
        'a string of 1 to 256 bytes',
      )
      checkOpen()
      const position = await store.publish(stream, toJson(message), idempotencyKey)
      stats.published++
      return position
    },
    broadcast: async (message) => {
      checkOpen()
      await store.broadcast(toJson(message))
    },
    presence: presence.list,
    drain: async ({ window = 10_000 } = {}) => {
      check('window', window, window >= 0 && window < Infinity, 'ms')
      accepting = false
      await drainLinks(setting, [...parties.values()], window)
    },
    close: () => (closing ??= close()),
    stats: () => ({ ...stats }),
    get watched() {
      return events.count('error') > 0
    },
    report: setting.report,
  }
}

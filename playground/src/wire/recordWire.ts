// Records what one client does on its sockets: dials, ends, heartbeats, and when the last frame was received. It observes through the
// option `WebSocket`, so it sees the same frames as the client, and stores nothing per message.
import type { Status } from '@holdfast/core'

/** The time line shows so many ms. Older entries are removed. */
export const SPAN = 60_000

/** One socket, from the dial to its end. */
export interface RecordedSocket {
  dialledAt: number
  openedAt?: number
  endedAt?: number
}

/** One ping of the client. */
export interface RecordedPing {
  at: number
  /** The first frame after it, of whatever kind: the connection is alive. */
  heardAt?: number
  /** Its reply. */
  answeredAt?: number
  /** The socket ended without a reply. */
  endedAt?: number
}

/** When a ping is due, and how long it may stay unanswered, in ms. */
export interface HeartbeatTimes {
  interval: number
  timeout: number
  /** A ping is also due if only nothing was sent. */
  afterSendSilence: boolean
}

/** What is known about a client's connections, at most `SPAN` ms back. Times are those of a monotonic clock, in ms. */
export interface WireHistory {
  statuses: { at: number; status: Status }[]
  sockets: RecordedSocket[]
  pings: RecordedPing[]
  /** When the server's own pings arrived. The client answers each at once. */
  serverPings: number[]
  /** Of the present socket. */
  receivedAt: number
  sentAt: number
  pingedAt: number
  heartbeat: HeartbeatTimes | undefined
  /** When the next attempt begins, if the client waits for it. */
  retryAt: number
}

/** The part of a client that is followed. */
export interface Followed {
  get(): { status: Status }
  onAny(listener: (type: string, value: unknown) => void): () => void
}

export interface WireRecorder {
  /** For the option `WebSocket` of the client. */
  WebSocket: typeof globalThis.WebSocket
  history: WireHistory
  /** Records the status of a client until the returned function is called. Two components may follow the same client. */
  follow(client: Followed): () => void
}

/** Compared as text, because parsing each message would slow down a burst. The playground's server writes `t` first. */
const is = (type: 'ping' | 'pong', data: unknown): boolean =>
  typeof data === 'string' && (data === type || data.startsWith(`{"t":"${type}"`))

/**
 * Creates a recorder for the sockets of one client, or of several clients one after the other.
 *
 * @param heartbeat of the client's options, if it is on. With a session, that of `welcome` replaces it.
 */
export function recordWire(
  heartbeat: () => HeartbeatTimes | undefined,
  now: () => number = () => performance.now(),
  Base: typeof globalThis.WebSocket = globalThis.WebSocket,
): WireRecorder {
  const history: WireHistory = {
    statuses: [{ at: now(), status: 'closed' }],
    sockets: [],
    pings: [],
    serverPings: [],
    receivedAt: 0,
    sentAt: 0,
    pingedAt: 0,
    heartbeat: undefined,
    retryAt: 0,
  }
  /** The newest socket: those before it have been given up by the client. */
  let current: globalThis.WebSocket | undefined
  /** Pings after which nothing was received. */
  let unheard: RecordedPing[] = []
  let followers = 0

  function add<Entry>(entries: Entry[], entry: Entry, timeOf: (entry: Entry) => number): void {
    entries.push(entry)
    // The newest entry before the window is still true when the window begins.
    while (entries.length > 1 && timeOf(entries[1]!) < now() - SPAN) entries.shift()
  }

  function setStatus(status: Status): void {
    if (history.statuses.at(-1)?.status === status) return
    add(history.statuses, { at: now(), status }, ({ at }) => at)
  }

  function end(socket: globalThis.WebSocket): void {
    if (socket !== current) return
    current = undefined
    unheard = []
    const last = history.sockets.at(-1)
    if (last) last.endedAt = now()
    for (const ping of history.pings) if (ping.answeredAt === undefined) ping.endedAt ??= now()
  }

  function dialled(socket: globalThis.WebSocket): void {
    if (current) end(current)
    current = socket
    add(history.sockets, { dialledAt: now() }, ({ dialledAt }) => dialledAt)
  }

  function opened(): void {
    history.receivedAt = history.sentAt = history.pingedAt = now()
    history.heartbeat = heartbeat()
    const last = history.sockets.at(-1)
    if (last) last.openedAt = now()
  }

  function received(data: unknown, isFirstOfSession: boolean): void {
    history.receivedAt = now()
    for (const ping of unheard) ping.heardAt = history.receivedAt
    if (unheard.length > 0) unheard = []
    if (isFirstOfSession) readWelcome(String(data))
    else if (is('ping', data)) add(history.serverPings, history.receivedAt, (at) => at)
    else if (is('pong', data)) {
      const ping = history.pings.find(({ answeredAt, endedAt }) => answeredAt === undefined && endedAt === undefined)
      if (ping) ping.answeredAt = history.receivedAt
    }
  }

  function readWelcome(text: string): void {
    const { t, hb } = JSON.parse(text) as { t?: unknown; hb?: unknown }
    if (t !== 'welcome') return
    // As at the client: the time before `welcome` is part of the dial.
    opened()
    if (Array.isArray(hb))
      history.heartbeat = { interval: Number(hb[0]), timeout: Number(hb[1]), afterSendSilence: false }
  }

  function sent(data: unknown): void {
    history.sentAt = now()
    if (!is('ping', data)) return
    const ping: RecordedPing = { at: history.sentAt }
    history.pingedAt = ping.at
    unheard.push(ping)
    add(history.pings, ping, ({ at }) => at)
  }

  class RecordedWebSocket extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      dialled(this)
      let frames = 0
      this.addEventListener('open', () => this === current && opened())
      this.addEventListener('message', ({ data }) => {
        frames += 1
        if (this === current) received(data, frames === 1 && this.protocol.startsWith('holdfast.'))
      })
      this.addEventListener('close', () => end(this))
    }

    override send(data: Parameters<globalThis.WebSocket['send']>[0]): void {
      super.send(data)
      if (this === current) sent(data)
    }

    /** A dead connection emits `close` much later than the client gives it up. */
    override close(code?: number, reason?: string): void {
      end(this)
      super.close(code, reason)
    }
  }

  return {
    WebSocket: RecordedWebSocket,
    history,
    follow(client) {
      followers += 1
      setStatus(client.get().status)
      const unsubscribe = client.onAny((type, value) => {
        if (type === 'status') setStatus(value as Status)
        if (type === 'retry') history.retryAt = now() + (value as { delay: number }).delay
      })
      return () => {
        unsubscribe()
        followers -= 1
        if (followers === 0) setStatus('closed')
      }
    },
  }
}

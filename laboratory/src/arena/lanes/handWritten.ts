/** The class that many applications contain in this form: a ping, a lock, a fixed delay, five attempts. */

import type { LaneContext, LaneClient, Sink } from '../lane.ts'

const DELAY = 3000
const LIMIT = 5

class Socket {
  ws: WebSocket | undefined
  isLocked = false
  isClosedByUser = false
  attempts = 0
  reconnectTimer: ReturnType<typeof setTimeout> | undefined
  heartbeatTimer: ReturnType<typeof setTimeout> | undefined
  readonly context: LaneContext
  readonly sink: Sink

  constructor(context: LaneContext, sink: Sink) {
    this.context = context
    this.sink = sink
    this.connect()
  }

  connect(): void {
    this.sink.status('connecting')
    this.ws = new WebSocket(this.context.url)
    this.ws.onopen = () => {
      this.attempts = 0
      this.sink.status('open')
      this.startHeartbeat()
    }
    this.ws.onmessage = (event) => {
      this.startHeartbeat()
      if (event.data !== 'pong') this.sink.message(event.data)
    }
    this.ws.onclose = () => {
      this.sink.status('closed')
      this.reconnect()
    }
    this.ws.onerror = () => this.reconnect()
  }

  reconnect(): void {
    clearTimeout(this.heartbeatTimer)
    if (this.isLocked || this.isClosedByUser || this.attempts >= LIMIT) return
    this.isLocked = true
    this.attempts++
    this.reconnectTimer = setTimeout(() => {
      this.isLocked = false
      this.connect()
    }, DELAY)
  }

  startHeartbeat(): void {
    const { interval, timeout } = this.context.heartbeat
    clearTimeout(this.heartbeatTimer)
    this.heartbeatTimer = setTimeout(() => {
      this.ws?.send('ping')
      this.heartbeatTimer = setTimeout(() => this.ws?.close(), timeout)
    }, interval)
  }

  send(message: object): void {
    if (this.ws?.readyState === WebSocket.OPEN) this.ws.send(JSON.stringify(message))
  }

  stop(): void {
    this.isClosedByUser = true
    clearTimeout(this.reconnectTimer)
    clearTimeout(this.heartbeatTimer)
    this.ws?.close()
  }
}

export const start = (context: LaneContext, sink: Sink): LaneClient => new Socket(context, sink)

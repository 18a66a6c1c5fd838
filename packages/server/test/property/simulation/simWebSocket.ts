/** The `WebSocket` that the client gets in a simulation. It emits its events in the order of the WHATWG standard. */

/** Where a socket sends to. */
export interface SimWire {
  send(data: string): void
  close(code: number, reason: string): void
  /** The socket has closed. */
  ended(): void
}

export class SimWebSocket {
  readyState = 0
  bufferedAmount = 0
  protocol = ''
  binaryType = 'blob'
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onerror: ((event: object) => void) | null = null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null
  readonly url: string
  readonly offeredProtocols: readonly string[]
  #wire: SimWire | undefined

  constructor(url: string, offeredProtocols: readonly string[]) {
    this.url = url
    this.offeredProtocols = offeredProtocols
  }
  attach(wire: SimWire): void {
    this.#wire = wire
  }
  open(protocol: string): void {
    if (this.readyState !== 0) return
    this.readyState = 1
    this.protocol = protocol
    this.onopen?.()
  }
  receive(data: string): void {
    // Like `ws`, which also delivers messages that arrive while the socket is closing.
    if (this.readyState === 1 || this.readyState === 2) this.onmessage?.({ data })
  }
  end(code: number, reason: string, wasClean: boolean): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.#wire?.ended()
    if (code === 1006) this.onerror?.({})
    this.onclose?.({ code, reason, wasClean })
  }
  send(data: string): void {
    if (this.readyState === 1) this.#wire?.send(data)
  }
  close(code = 1005, reason = ''): void {
    if (this.readyState >= 2) return
    this.readyState = 2
    this.#wire?.close(code, reason)
  }
}

/** The client's end of a fake connection. It behaves as WHATWG WebSockets defines: states, events and their order, arguments and errors. */

import { createCloseEvent, createErrorEvent, createMessageEvent, createOpenEvent } from './fakeEvents.ts'

export const CONNECTING = 0
export const OPEN = 1
export const CLOSING = 2
export const CLOSED = 3

type Handler = ((event: Event) => void) | null
type EventType = 'open' | 'message' | 'error' | 'close'

// Taken once, so that a test may replace or remove the global ones.
const {
  URL: PlatformUrl,
  DOMException: PlatformException,
  Blob: PlatformBlob,
  TextEncoder: PlatformEncoder,
} = globalThis
const { addEventListener, removeEventListener } = EventTarget.prototype

/** A token of RFC 7230. */
const SUBPROTOCOL = /^[\w!#$%&'*+.^`|~-]+$/

/** What the socket reports to the server's end. */
interface FakePeer {
  received(data: unknown): void
  closed(code: number | undefined, reason: string): void
}

export class FakeSocket extends EventTarget {
  static readonly CONNECTING: number = CONNECTING
  static readonly OPEN: number = OPEN
  static readonly CLOSING: number = CLOSING
  static readonly CLOSED: number = CLOSED
  readonly CONNECTING: number = CONNECTING
  readonly OPEN: number = OPEN
  readonly CLOSING: number = CLOSING
  readonly CLOSED: number = CLOSED
  readyState: number = CONNECTING
  protocol = ''
  extensions = ''
  bufferedAmount = 0
  readonly url: string
  server: FakePeer | undefined
  private _binaryType: WebSocket['binaryType'] = 'blob'
  private readonly _handlers = new Map<EventType, { handler: Handler; listener: (event: Event) => void }>()

  constructor(url: string | URL, protocols: string | string[]) {
    super()
    this.url = resolve(url)
    const names = [protocols].flat()
    const isValid = names.every((name, index) => SUBPROTOCOL.test(name) && names.indexOf(name) === index)
    if (!isValid) throw new PlatformException('a subprotocol is invalid or given twice', 'SyntaxError')
  }

  get onopen(): Handler {
    return this._getHandler('open')
  }
  set onopen(handler) {
    this._setHandler('open', handler)
  }
  get onmessage(): Handler {
    return this._getHandler('message')
  }
  set onmessage(handler) {
    this._setHandler('message', handler)
  }
  get onerror(): Handler {
    return this._getHandler('error')
  }
  set onerror(handler) {
    this._setHandler('error', handler)
  }
  get onclose(): Handler {
    return this._getHandler('close')
  }
  set onclose(handler) {
    this._setHandler('close', handler)
  }

  get binaryType(): WebSocket['binaryType'] {
    return this._binaryType
  }
  set binaryType(type) {
    if (type === 'blob' || type === 'arraybuffer') this._binaryType = type
  }

  send(data: unknown): void {
    if (this.readyState === CONNECTING) throw new PlatformException('still connecting', 'InvalidStateError')
    const frame = data === Object(data) ? data : String(data)
    if (this.readyState === OPEN) this.server?.received(frame)
    // The platform counts what it cannot send any more.
    else this.bufferedAmount += byteLength(frame)
  }

  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new PlatformException(`${code} is neither 1000 nor 3000 to 4999`, 'InvalidAccessError')
    }
    if (byteLength(reason) > 123) throw new PlatformException('the reason is longer than 123 bytes', 'SyntaxError')
    if (this.readyState >= CLOSING) return
    const isConnecting = this.readyState === CONNECTING
    this.readyState = CLOSING
    if (isConnecting) queueMicrotask(() => this.end(1006, '', false))
    else this.server?.closed(code, reason)
  }

  // Called by the server's end.

  open(protocol = ''): void {
    this.readyState = OPEN
    this.protocol = protocol
    this.dispatchEvent(createOpenEvent())
  }

  receive(data: string | ArrayBuffer | Blob): void {
    const isBytes = typeof data === 'object' && 'byteLength' in data
    const converted = isBytes && this._binaryType === 'blob' ? new PlatformBlob([data]) : data
    this.dispatchEvent(createMessageEvent(converted, new PlatformUrl(this.url).origin))
  }

  end(code: number, reason: string, wasClean: boolean): void {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    if (!wasClean) this.dispatchEvent(createErrorEvent())
    this.dispatchEvent(createCloseEvent({ code, reason, wasClean }))
  }

  private _getHandler(type: EventType): Handler {
    return this._handlers.get(type)?.handler ?? null
  }

  /** A handler runs in its turn among the listeners: that of the first assignment after null (HTML, event handlers). */
  private _setHandler(type: EventType, handler: Handler): void {
    const entry = this._handlers.get(type)
    if (typeof handler !== 'function') {
      if (entry) removeEventListener.call(this, type, entry.listener)
      this._handlers.delete(type)
    } else if (entry) {
      entry.handler = handler
    } else {
      const added = { handler, listener: (event: Event): void => this._getHandler(type)?.call(this, event) }
      this._handlers.set(type, added)
      addEventListener.call(this, type, added.listener)
    }
  }
}

const byteLength = (data: unknown): number => {
  const { byteLength: bytes, size = bytes } = Object(data) as Partial<ArrayBuffer & Blob>
  return size ?? new PlatformEncoder().encode(String(data)).length
}

const resolve = (url: string | URL): string => {
  try {
    const resolved = new PlatformUrl(url, globalThis.location?.href)
    resolved.protocol = resolved.protocol.replace('http', 'ws')
    if (/^wss?:[^#]*$/.test(resolved.href)) return resolved.href
  } catch {
    // Not a URL: the same error as for one with another scheme.
  }
  throw new PlatformException(`the URL '${url}' is invalid`, 'SyntaxError')
}

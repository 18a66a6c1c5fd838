// A socket that opens and then emits events that were created in advance, so that all allocations during the events are those of the client.

export class CountingSocket {
  static CONNECTING = 0
  static OPEN = 1
  static CLOSING = 2
  static CLOSED = 3
  /** @type {CountingSocket | undefined} */
  static last
  CONNECTING = 0
  OPEN = 1
  CLOSING = 2
  CLOSED = 3
  readyState = 0
  binaryType = 'blob'
  bufferedAmount = 0
  protocol = ''
  extensions = ''
  sent = 0
  /** @type {((event: object) => void) | null} */
  onopen = null
  /** @type {((event: object) => void) | null} */
  onmessage = null
  /** @type {((event: object) => void) | null} */
  onclose = null
  /** @type {((event: object) => void) | null} */
  onerror = null
  /** @type {Map<string, ((event: object) => void)[]>} */
  listeners = new Map()

  /** @param {string} url */
  constructor(url) {
    this.url = url
    CountingSocket.last = this
    queueMicrotask(() => {
      this.readyState = 1
      const event = new Event('open')
      this.onopen?.(event)
      for (const listener of this.listeners.get('open') ?? []) listener.call(this, event)
    })
  }
  /**
   * @param {string} type
   * @param {any} listener
   */
  addEventListener(type, listener) {
    const known = this.listeners.get(type) ?? []
    known.push(typeof listener === 'function' ? listener : listener.handleEvent.bind(listener))
    this.listeners.set(type, known)
  }
  removeEventListener() {}
  /** @param {object} event */
  message(event) {
    this.onmessage?.(event)
    const known = this.listeners.get('message')
    if (known) for (let index = 0; index < known.length; index++) known[index]?.call(this, event)
  }
  send() {
    this.sent++
  }
  close() {
    this.readyState = 3
  }
}

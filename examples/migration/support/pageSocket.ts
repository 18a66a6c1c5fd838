/** The `WebSocket` of a page in these tests: that of `ws`, with one event per task as in browsers. */

import { WebSocket } from 'ws'

export class PageSocket extends WebSocket {
  /** All sockets of the current test, oldest first. */
  static readonly all: PageSocket[] = []
  /** The server has stopped reading: the socket neither answers nor closes. */
  isFrozen = false
  private hasFailed = false

  constructor(url: string | URL, protocols: string | string[] = []) {
    super(url, protocols, { allowSynchronousEvents: false, perMessageDeflate: false })
    // Browsers do not throw if a page has no `error` listener.
    this.on('error', () => undefined)
    PageSocket.all.push(this)
  }

  /** Browsers dispatch `error` before the `close` of each connection that ends without a close frame; `ws` only for a failed dial. */
  override emit(event: string, ...args: unknown[]): boolean {
    if (event === 'error') this.hasFailed = true
    if (event === 'close' && args[0] === 1006 && !this.hasFailed) super.emit('error', new Error('connection lost'))
    return super.emit(event, ...args)
  }

  /** Resolves when the socket has opened or closed, and the server has received and answered everything that was sent. */
  async settled(): Promise<void> {
    if (this.isFrozen || this.readyState === this.CLOSED) return
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        for (const event of ['open', 'close', 'pong']) this.off(event, finish)
        resolve()
      }
      this.on('open', finish).on('close', finish)
      // A reply to a ping frame follows the replies to all earlier messages.
      if (this.readyState === this.OPEN) this.on('pong', finish).ping()
    })
  }
}

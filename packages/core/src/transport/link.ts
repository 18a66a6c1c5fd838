/** One platform socket at a time, from the dial to the last word. It reports what sockets say and decides nothing. */

import { type CloseInfo, ending } from './closeCodes.ts'
import { type ProtocolsSource, type UrlSource, resolveDial, resolveUrl } from './dial.ts'
import { DialError, OptionError } from '../base/errors.ts'
import { guard } from '../base/guard.ts'
import type { Event } from '../engine/machine.ts'
import { Teller } from '../state/teller.ts'

/** How a socket is made. */
export interface LinkOptions {
  /** Subprotocols as for `WebSocket`, or a function called afresh at each dial. Where a browser carries a token, if anywhere. */
  protocols?: ProtocolsSource
  /** How binary messages arrive, over reconnects too. @default the platform's: 'blob' in browsers */
  binaryType?: BinaryType
  /** The constructor, read at each dial. In Node before 22 pass that of `ws`. @default globalThis.WebSocket */
  WebSocket?: new (url: string, protocols?: string | string[]) => Socket
}

/** As much of a WebSocket as both the DOM's types and those of `ws` agree on. */
export type Socket = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'protocol' | 'close'> & {
  send(data: never): void
}

/** An event, and what listeners are to know of it. */
export type LinkEvent = Event & { readonly close?: CloseInfo; readonly error?: Error | undefined }

export abstract class Link extends Teller {
  abstract override readonly options: LinkOptions & Teller['options']
  abstract readonly source: UrlSource
  socket: WebSocket | undefined
  /** Of the present or last dial. */
  url: string | undefined
  #dialling: AbortController | undefined

  abstract post(event: LinkEvent): void
  abstract receive(event: MessageEvent): void

  dial(number: number, attempt: number, lastClose: CloseInfo | undefined): void {
    const { signal } = (this.#dialling = new AbortController())
    resolveDial(
      this.source,
      this.options.protocols,
      { attempt, lastClose, signal },
      ([to, protocols]) => {
        if (signal.aborted) return
        if (to) this.#connect(number, resolveUrl(to), protocols)
        else this.post({ type: 'rest', socket: number })
      },
      (cause) =>
        this.post({
          type: 'lost',
          socket: number,
          close: ending('provider'),
          error: new DialError('could not dial', { cause }),
        }),
    )
  }

  /** Begins the closing handshake; nothing more is received. */
  shut({ code, reason }: CloseInfo): void {
    const socket = this.socket!
    socket.onmessage = null
    guard(this, () => socket.close(code, reason))
  }

  /** Hears nothing more of the socket, aborts the dial, and lets it close in the background. */
  leave(code = 1000): void {
    const { socket } = this
    this.#dialling?.abort()
    this.#dialling = this.socket = undefined
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    // `ws` raises an error for a socket closed while connecting, and an unheard one ends the process.
    socket.onerror = () => {}
    guard(this, () => socket.close(code < 3000 ? 1000 : code))
  }

  #connect(number: number, url: string, protocols: string | string[] | undefined): void {
    const { WebSocket = globalThis.WebSocket, binaryType } = this.options
    if (!WebSocket) throw new OptionError('WebSocket', WebSocket, 'a constructor')
    this.url = url
    const socket = (this.socket = new WebSocket(url, protocols ?? []) as globalThis.WebSocket)
    if (binaryType) socket.binaryType = binaryType
    const opened = (): void => {
      this.#dialling = undefined
      socket.onopen = null // it has said all: where sockets are many, so are their listeners
      this.post({ type: 'opened', socket: number })
    }
    socket.onopen = opened
    socket.onmessage = (event) => this.receive(event)
    // A failed dial gives its reason here, if at all: browsers tell nothing, `ws` has a message.
    socket.onerror = (event) => {
      const { message, error } = event as ErrorEvent
      if (this.#dialling) this.report(new DialError(message || 'could not dial', { cause: error }))
    }
    // A session knows more of an end than its code says.
    socket.onclose = ({ code, reason, wasClean, verdict }: CloseEvent & { verdict?: Partial<CloseInfo> }) =>
      this.post({
        type: 'lost',
        socket: number,
        close: { ...ending(code === 1006 ? 'network' : 'server', code, reason, wasClean), ...verdict },
      })
    if (socket.readyState === 1) opened() // some stand-ins are open from the start
  }
}

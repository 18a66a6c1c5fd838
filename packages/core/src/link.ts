/** One platform socket at a time, from the dial to the last word. It reports what sockets say and decides nothing. */

import { type CloseInfo, ending } from './closeCodes.ts'
import { type ProtocolsSource, type UrlSource, resolveDial, resolveUrl } from './dial.ts'
import { DialError, OptionError } from './errors.ts'
import type { Guard } from './guard.ts'
import type { Event } from './machine.ts'

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
export type Socket = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'protocol' | 'close'> & { send(data: never): void }

/** An event, and what listeners are to know of it. */
export type LinkEvent = Event & { readonly close?: CloseInfo; readonly error?: Error | undefined }

export interface Link {
  socket(): WebSocket | undefined
  /** Of the present or last dial. */
  url(): string | undefined
  dial(number: number, attempt: number, lastClose: CloseInfo | undefined): void
  /** Begins the closing handshake; nothing more is received. */
  shut(close: CloseInfo): void
  /** Hears nothing more of the socket, aborts the dial, and lets it close in the background. */
  drop(code?: number): void
}

/** @param options is read late, at each dial */
export const createLink = (
  source: UrlSource,
  options: LinkOptions,
  post: (event: LinkEvent) => void,
  guard: Guard,
  report: (error: Error) => void,
  receive: (event: MessageEvent) => void,
): Link => {
  let socket: WebSocket | undefined
  let url: string | undefined
  let dialling: AbortController | undefined

  const connect = (number: number, to: string, protocols: string | string[] | undefined): void => {
    const { WebSocket = globalThis.WebSocket, binaryType } = options
    if (!WebSocket) throw new OptionError('WebSocket', WebSocket, 'a constructor')
    url = to
    const made = (socket = new WebSocket(url, protocols ?? []) as globalThis.WebSocket)
    if (binaryType) socket.binaryType = binaryType
    const opened = (): void => {
      dialling = undefined
      made.onopen = null // it has said all: where sockets are many, so are their listeners
      post({ type: 'opened', socket: number })
    }
    socket.onopen = opened
    socket.onmessage = receive
    // A failed dial gives its reason here, if at all: browsers tell nothing, `ws` has a message.
    socket.onerror = (event) => {
      const { message, error } = event as ErrorEvent
      if (dialling) report(new DialError(message || 'could not dial', { cause: error }))
    }
    // A session knows more of an end than its code says.
    socket.onclose = ({ code, reason, wasClean, verdict }: CloseEvent & { verdict?: Partial<CloseInfo> }) =>
      post({
        type: 'lost',
        socket: number,
        close: { ...ending(code === 1006 ? 'network' : 'server', code, reason, wasClean), ...verdict },
      })
    if (socket.readyState === 1) opened() // some stand-ins are open from the start
  }

  return {
    socket: () => socket,
    url: () => url,
    dial: (number, attempt, lastClose) => {
      const { signal } = (dialling = new AbortController())
      resolveDial(
        source,
        options.protocols,
        { attempt, lastClose, signal },
        ([to, protocols]) => {
          if (signal.aborted) return
          if (to) connect(number, resolveUrl(to), protocols)
          else post({ type: 'rest', socket: number })
        },
        (cause) =>
          post({ type: 'lost', socket: number, close: ending('provider'), error: new DialError('could not dial', { cause }) }),
      )
    },
    shut: ({ code, reason }) => {
      socket!.onmessage = null
      guard(() => socket!.close(code, reason))
    },
    drop: (code = 1000) => {
      const old = socket
      dialling?.abort()
      dialling = socket = undefined
      if (!old) return
      old.onopen = old.onmessage = old.onclose = null
      // `ws` raises an error for a socket closed while connecting, and an unheard one ends the process.
      old.onerror = () => {}
      guard(() => old.close(code < 3000 ? 1000 : code))
    },
  }
}

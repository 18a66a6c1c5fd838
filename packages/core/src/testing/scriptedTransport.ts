/** A transport without a network, as the option `transport`: the test opens, fails and closes each dial. */

import type { RawMessage, RawOutgoing } from '../transport/frame.ts'
import type {
  DialRequest,
  Transport,
  TransportClose,
  TransportInfo,
  TransportLink,
  TransportSink,
} from '../transport/transport.ts'

/** One dial of the client, controlled by the test. */
export interface ScriptedDial {
  /** What the client asked for. */
  readonly request: DialRequest
  /** Frames that the client has sent, oldest first. */
  readonly sent: readonly RawOutgoing[]
  /** The arguments of the client's `close`, once it was called. */
  readonly closeRequest: { readonly code: number; readonly reason: string } | undefined
  /** The client has abandoned the dial or the connection. */
  readonly isAbandoned: boolean
  /** What the client reads as `bufferedAmount`: set it to simulate a slow network. @default 0 */
  bufferedAmount: number
  /** Opens the connection. @param info @default { protocol: '' } */
  open(info?: Partial<TransportInfo>): void
  /** Delivers a message to the client. */
  receive(frame: RawMessage): void
  /** Reports that something other than a message was received. @param isReply it answers a ping of `info.heartbeat` */
  activity(isReply?: boolean): void
  /** Fails the dial or ends the connection, by default as a lost network does: code 1006. */
  end(close?: TransportClose): void
}

export interface ScriptedTransport extends Transport {
  /** All dials, oldest first. */
  readonly dials: readonly ScriptedDial[]
  /** The newest dial. @throws Error if there was none */
  readonly last: ScriptedDial
}

/**
 * Creates a transport that does nothing until the test calls `open`, `receive` or `end` on a dial.
 *
 * @example
 * const transport = scriptedTransport()
 * const client = createWebSocket('ws://test/', { transport })
 * transport.last.open()
 * transport.last.receive('hello')
 */
export const scriptedTransport = (): ScriptedTransport => {
  const dials: ScriptedDial[] = []
  return {
    dials,
    get last() {
      const last = dials.at(-1)
      if (!last) throw new Error('scriptedTransport: the client has not dialled yet')
      return last
    },
    dial: (request, sink) => {
      const { dial, link } = createDial(request, sink)
      dials.push(dial)
      return link
    },
  }
}

const createDial = (request: DialRequest, sink: TransportSink): { dial: ScriptedDial; link: TransportLink } => {
  let state: 'dialling' | 'open' | 'closing' | 'closed' = 'dialling'
  const sent: RawOutgoing[] = []
  let closeRequest: ScriptedDial['closeRequest']
  let isAbandoned = false
  const dial: ScriptedDial = {
    request,
    sent,
    get closeRequest() {
      return closeRequest
    },
    get isAbandoned() {
      return isAbandoned
    },
    bufferedAmount: 0,
    open: (info = {}) => {
      if (state !== 'dialling') return
      state = 'open'
      sink.opened(link, { protocol: '', ...info })
    },
    receive: (frame) => {
      if (state === 'open') sink.message(frame)
    },
    activity: (isReply) => {
      if (state === 'open') sink.activity(isReply)
    },
    end: (close = {}) => {
      if (state === 'closed') return
      state = 'closed'
      sink.closed(close)
    },
  }
  const link: TransportLink = {
    get ready() {
      return state === 'open'
    },
    get bufferedAmount() {
      return dial.bufferedAmount
    },
    send: (frame) => void sent.push(frame),
    close: (code, reason) => {
      closeRequest = { code, reason }
      state = 'closing'
    },
    abandon: () => {
      isAbandoned = true
      state = 'closed'
    },
  }
  return { dial, link }
}

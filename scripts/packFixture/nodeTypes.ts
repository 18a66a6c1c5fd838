// The class with the types of Node alone, without those of the DOM. Only compiled, never run.

import Default, {
  type CloseEvent,
  type ErrorEvent,
  OneShotWebSocket,
  type Options,
  ReconnectingWebSocket,
} from '@holdfast/core/reconnecting-websocket'
import { WebSocket as Ws } from 'ws'

const options: Options = { WebSocket: Ws, heartbeat: true }
export const classes: (typeof WebSocket)[] = [
  Default,
  ReconnectingWebSocket,
  OneShotWebSocket,
  ReconnectingWebSocket.with(options),
]
export const socket: WebSocket = new ReconnectingWebSocket('wss://example.org', [], options)
export const one: OneShotWebSocket = new OneShotWebSocket('wss://example.org')
one.onmessage = ({ data, origin }): unknown => [data, origin.length]
one.onclose = ({ type, code }: CloseEvent): string => type + code.toFixed()
one.addEventListener('error', ({ target, message }: ErrorEvent): unknown => [target, message.length])
one.binaryType = 'arraybuffer'
// @ts-expect-error no type for how binary messages arrive
one.binaryType = 'text'
// @ts-expect-error a URL is no number
export const wrong = new ReconnectingWebSocket(1)
// @ts-expect-error there are no types of the DOM
export const page = document

/** Takes the arguments of react-use-websocket and returns what it returns. Paste it, then replace it call by call. */

import { type CloseInfo, useWebSocket } from '@holdfast/react'
import { useCallback, useMemo } from 'react'
import type { Options as Theirs, ReadyState } from 'react-use-websocket'

const CALLBACKS = ['onOpen', 'onMessage', 'onClose', 'onError', 'onReconnectStop'] as const
const MAPPED = [...CALLBACKS, 'shouldReconnect', 'reconnectInterval', 'reconnectAttempts', 'heartbeat'] as const
type Options = Pick<Theirs, (typeof MAPPED)[number]>
type Url = string | (() => string | Promise<string>) | null
type Message = string | ArrayBuffer | Blob | ArrayBufferView

/** What to use in place of the names that are not mapped. */
const INSTEAD: Record<string, string> = {
  share: 'createWebSocket(url, { lazy: true }) in a module, and useWebSocket(client)',
  filter: 'useMessages(client, { select })',
  disableJson: 'codec: json() only where messages are JSON',
  queryParams: 'a URL that contains new URLSearchParams(params)',
  protocols: 'the option protocols of useWebSocket',
  retryOnError: 'nothing, because a failed attempt is always followed by another',
  skipAssert: 'nothing, because no type of the socket is asserted',
  eventSourceOptions: 'transport: eventSource() of @holdfast/core/event-source',
  fromSocketIO: 'socket.io-client, because its protocol is not supported',
  getWebSocket: 'client, which has listeners and the state',
}
const unmapped = (name: string): Error =>
  new Error(`fromReactUseWebSocket: ${name} is not mapped: use ${INSTEAD[name] ?? `one of ${MAPPED.join(', ')}`}`)

const closeEvent = ({ code, reason, wasClean }: CloseInfo) => new CloseEvent('close', { code, reason, wasClean })
const messageEvent = (data: unknown) => new MessageEvent<unknown>('message', { data })
const parse = (message: MessageEvent<unknown> | null): unknown => {
  try {
    return message && JSON.parse(message.data as string)
  } catch {
    return {}
  }
}

export function fromReactUseWebSocket<Json = unknown>(url: Url, options: Options = {}, connect = true) {
  for (const name in options) if (!(MAPPED as readonly string[]).includes(name)) throw unmapped(name)
  const { shouldReconnect, reconnectInterval = 5000, reconnectAttempts = 20, heartbeat } = options
  const { message: ping = 'ping', returnMessage, interval = 25_000, timeout = 60_000 } = Object(heartbeat)
  const socket = useWebSocket<unknown, Message>(connect ? url : null, {
    pace: 'sync', // so that an effect runs for each message
    reconnect: !!shouldReconnect && {
      shouldReconnect: (close) => shouldReconnect(closeEvent(close)),
      maxAttempts: reconnectAttempts,
      delay: (attempt) => (typeof reconnectInterval === 'number' ? reconnectInterval : reconnectInterval(attempt)),
      stableAfter: 0,
    },
    heartbeat: !!heartbeat && {
      message: () => (typeof ping === 'function' ? ping() : ping),
      ...(returnMessage && { isReply: returnMessage }),
      interval,
      timeout: Math.max(1, timeout - interval), // theirs counts from the last message, ours from the ping
    },
    onOpen: () => options.onOpen?.(new Event('open')),
    onMessage: (message) => options.onMessage?.(messageEvent(message)),
    onClose: (close) => options.onClose?.(closeEvent(close)),
    onError: () => options.onError?.(new Event('error')),
    onStop: ({ cause }) => cause === 'exhausted' && options.onReconnectStop?.(reconnectAttempts),
  })
  const { status, retryAt, received, lastMessage: data, send } = socket
  const sendMessage = useCallback((message: Message, keep = true) => void send(message, { queue: keep }), [send])
  const lastMessage = useMemo(() => (received ? messageEvent(data) : null), [received, data])
  const state = { connecting: 0, open: 1, closing: 2, closed: 3, reconnecting: retryAt ? 3 : 0 }[status]
  return {
    sendMessage,
    sendJsonMessage: useCallback(
      (json: unknown, keep?: boolean) => sendMessage(JSON.stringify(json), keep),
      [sendMessage],
    ),
    lastMessage,
    lastJsonMessage: useMemo(() => parse(lastMessage) as Json | null, [lastMessage]),
    readyState: (url && connect ? state : -1) as ReadyState,
    getWebSocket: (): never => {
      throw unmapped('getWebSocket')
    },
  }
}

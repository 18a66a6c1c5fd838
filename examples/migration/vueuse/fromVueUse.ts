/** Takes the arguments of VueUse's `useWebSocket` and returns what it returns. Paste it, then replace it call by call. */

import { useWebSocket } from '@holdfast/vue'
import type { UseWebSocketOptions as VueUseOptions, WebSocketHeartbeatMessage } from '@vueuse/core'
import { type MaybeRefOrGetter, computed, shallowRef, toValue } from 'vue'

type Options = Pick<VueUseOptions, 'immediate' | 'autoReconnect' | 'heartbeat'>
type Url = MaybeRefOrGetter<string | URL | undefined>

const MAPPED = ' immediate autoReconnect heartbeat retries delay onFailed message responseMessage interval pongTimeout '
/** What replaces the names that are not mapped, in `useWebSocket` of `@holdfast/vue`. */
const INSTEAD: Record<string, string> = {
  onConnected: 'onOpen',
  onDisconnected: 'onClose, which receives code, reason and cause',
  onError: 'onError, which receives an Error',
  onMessage: 'onMessage, which receives the message',
  protocols: 'protocols',
  autoConnect: 'a URL as text: only a ref or getter is tracked',
  autoClose: 'createWebSocket: its client lives until close()',
  scheduler: 'heartbeat.interval, in ms',
}

/** An option that is `true` or an object, as an object. */
const group = <Value extends object>(option: boolean | Value = {} as Value): Value => {
  const value = typeof option === 'object' ? option : ({} as Value)
  for (const name of Object.keys(value)) {
    if (MAPPED.includes(` ${name} `)) continue
    const instead = INSTEAD[name] ? `in @holdfast/vue use ${INSTEAD[name]}` : 'VueUse has no such option'
    throw new Error(`fromVueUse: the option ${name} is not mapped: ${instead}`)
  }
  return value
}

export const fromVueUse = <Data = string>(url: Url, options: Options = {}) => {
  const { immediate = true, autoReconnect, heartbeat } = group(options)
  const { retries = -1, delay = 1000, onFailed } = group(autoReconnect)
  const { message = 'ping', responseMessage = message, interval = 1000, pongTimeout = 1000 } = group(heartbeat)
  const socket = shallowRef<WebSocket>()
  const { status, lastMessage, retryAt, client, open, reconnect, close, send } = useWebSocket<
    Data,
    WebSocketHeartbeatMessage
  >(url, {
    immediate,
    pace: 'sync', // so that `watch(data)` runs for each message that differs
    reconnect: !!autoReconnect && {
      maxAttempts: typeof retries === 'number' && retries >= 0 ? retries : Infinity,
      delay: (attempt) => (typeof delay === 'number' ? delay : delay(attempt + 1)),
      shouldReconnect: (_, attempt) => typeof retries === 'number' || retries(attempt), // whatever the close code
      stableAfter: 0,
    },
    heartbeat: !!heartbeat && {
      message: () => toValue(message),
      isReply: (reply) => reply === toValue(responseMessage),
      mode: 'interval',
      interval,
      timeout: pongTimeout,
    },
    ...(autoReconnect && onFailed && { onStop: onFailed }),
    // A server that renders the page may have no `WebSocket`.
    ...(globalThis.WebSocket && {
      WebSocket: class extends WebSocket {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args)
          socket.value = this
        }
      },
    }),
  })
  return {
    data: computed(() => lastMessage.value ?? null),
    status: computed(() => {
      if (status.value === 'open') return 'OPEN'
      return /connecting/.test(status.value) && !retryAt.value ? 'CONNECTING' : 'CLOSED'
    }),
    ws: computed(() => (/clos/.test(status.value) ? undefined : socket.value)),
    open: () => (client.value.get().status === 'open' ? reconnect() : open()),
    close: (code = 1000, reason = '') => close(code, reason),
    send: (data: WebSocketHeartbeatMessage, useBuffer = true) => send(data, { queue: useBuffer }) === 'sent',
  }
}

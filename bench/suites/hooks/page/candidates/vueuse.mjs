// `@vueuse/core`. Its documentation shows no history; watching `data` would lose messages, so the list is kept in its callback.

import { useWebSocket } from '@vueuse/core'
import { shallowRef } from 'vue'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'vue', import('../vueComponents.mjs').Used>} */
export const vueuse = {
  name: 'VueUse',
  framework: 'vue',
  withHeartbeat: true,
  use: (url, { probe, keeps, withHeartbeat }) => {
    const list = shallowRef(/** @type {readonly string[]} */ ([]))
    let count = 0
    const { status, data, send } = useWebSocket(url, {
      autoReconnect: true,
      ...(withHeartbeat
        ? { heartbeat: { message: 'ping', responseMessage: 'pong', interval: 1000, pongTimeout: 1000 } }
        : {}),
      onMessage: (_, event) => {
        probe.receive(event.data)
        if (!keeps) return
        list.value = [...list.value.slice(1 - LENGTH), event.data]
        count++
      },
    })
    if (keeps) probe.kept = () => ({ count, list: list.value })
    return { isOpen: () => status.value === 'OPEN', last: data, list, send: (message) => void send(message) }
  },
}

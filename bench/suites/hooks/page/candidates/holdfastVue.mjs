// Our composables: state from `useWebSocket`, each message from `useMessage`, history on.

import { createWebSocket, useMessage, useWebSocket } from '../../../../../packages/vue/src/index.ts'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'vue', import('../vueComponents.mjs').Used>} */
export const holdfastVue = {
  name: 'holdfast vue',
  framework: 'vue',
  withHeartbeat: true,
  use: (source, { probe, withMessageHook, shares, withHeartbeat }) => {
    const socket = useWebSocket(source, {
      ...(shares ? {} : { history: LENGTH }),
      // Else through `useMessage`, below.
      ...(withMessageHook || shares ? {} : { onMessage: probe.receive }),
      ...(withHeartbeat ? { heartbeat: { interval: 1000, timeout: 1000 } } : {}),
    })
    const { client, status, send } = socket
    if (withMessageHook) {
      useMessage(client, /** @type {(message: unknown) => void} */ (probe.receive))
      probe.kept = () => ({
        count: client.value.get().received,
        list: /** @type {string[]} */ (client.value.get().messages),
      })
    }
    // Getters, because a component is notified of messages only after it has read one of their refs.
    return {
      isOpen: () => status.value === 'open',
      get last() {
        return socket.lastMessage
      },
      get list() {
        return socket.messages
      },
      send,
    }
  },
  share: (url) => {
    const source = createWebSocket(url, { lazy: true, history: LENGTH })
    return { source, end: source.dispose }
  },
}

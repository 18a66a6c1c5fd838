// Our composables: state from `useWebSocket`, each message from `useMessage`, history on.

import { createWebSocket, useMessage, useWebSocket } from '../../../../../packages/vue/src/index.ts'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'vue', import('../vueComponents.mjs').Used>} */
export const holdfastVue = {
  name: 'holdfast vue',
  framework: 'vue',
  beats: true,
  use: (source, { probe, hears, shares, beats }) => {
    const { client, status, lastMessage, messages, send } = useWebSocket(source, {
      ...(shares ? {} : { history: LENGTH }),
      // Else through `useMessage`, below.
      ...(hears || shares ? {} : { onMessage: probe.hear }),
      ...(beats ? { heartbeat: { interval: 1000, timeout: 1000 } } : {}),
    })
    if (hears) {
      useMessage(client, /** @type {(message: unknown) => void} */ (probe.hear))
      probe.kept = () => ({ count: client.value.get().received, list: /** @type {string[]} */ (client.value.get().messages) })
    }
    return { isOpen: () => status.value === 'open', last: lastMessage, list: messages, send }
  },
  share: url => {
    const source = createWebSocket(url, { lazy: true, history: LENGTH })
    return { source, end: source.dispose }
  },
}

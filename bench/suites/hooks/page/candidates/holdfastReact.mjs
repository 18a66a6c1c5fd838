// Our hooks: state from `useWebSocket`, each message from `useMessage`, history on.

import { createWebSocket, useMessage, useWebSocket } from '../../../../../packages/react/src/index.ts'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'react', import('../reactComponents.mjs').Used>} */
export const holdfastReact = {
  name: 'holdfast react',
  framework: 'react',
  beats: true,
  use: (source, { probe, hears, shares, beats }) => {
    const socket = useWebSocket(source, {
      ...(shares ? {} : { history: LENGTH }),
      // Else through `useMessage`, below.
      ...(hears || shares ? {} : { onMessage: probe.hear }),
      ...(beats ? { heartbeat: { interval: 1000, timeout: 1000 } } : {}),
    })
    const { client, send } = socket
    if (hears) {
      // oxlint-disable-next-line react/rules-of-hooks: the same for as long as the component is mounted
      useMessage(client, /** @type {(message: unknown) => void} */ (probe.hear))
      probe.kept = () => ({ count: client.get().received, list: /** @type {string[]} */ (client.get().messages) })
    }
    // Getters, for what is not read shall not render.
    return {
      get isOpen() {
        return socket.status === 'open'
      },
      get last() {
        return /** @type {string | undefined} */ (socket.lastMessage)
      },
      get list() {
        return /** @type {readonly string[]} */ (socket.messages)
      },
      send,
    }
  },
  share: (url) => {
    const source = createWebSocket(url, { lazy: true, history: LENGTH })
    return { source, end: source.dispose }
  },
}

// Our hooks: state from `useWebSocket`, each message from `useMessage`, history on.

import { createWebSocket, useMessage, useWebSocket } from '../../../../../packages/react/src/index.ts'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'react', import('../reactComponents.mjs').Used>} */
export const holdfastReact = {
  name: 'holdfast react',
  framework: 'react',
  withHeartbeat: true,
  use: (source, { probe, withMessageHook, shares, withHeartbeat }) => {
    const socket = useWebSocket(source, {
      ...(shares ? {} : { history: LENGTH }),
      // Else through `useMessage`, below.
      ...(withMessageHook || shares ? {} : { onMessage: probe.receive }),
      ...(withHeartbeat ? { heartbeat: { interval: 1000, timeout: 1000 } } : {}),
    })
    const { client, send } = socket
    if (withMessageHook) {
      // oxlint-disable-next-line react/rules-of-hooks: the same for as long as the component is mounted
      useMessage(client, /** @type {(message: unknown) => void} */ (probe.receive))
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

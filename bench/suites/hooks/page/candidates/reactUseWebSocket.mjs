// `react-use-websocket`. The history is kept in an effect on `lastMessage`, as its documentation shows.

import { useEffect, useState } from 'react'
import * as library from 'react-use-websocket'
import { LENGTH } from '../screen.mjs'

// It is CommonJS with a default of its own: how deep that lies depends on the bundler.
const useWebSocket = /** @type {typeof library.default} */ (
  /** @type {any} */ (library.default).default ?? library.default
)

/** @type {import('./index.mjs').HookCandidate<'react', import('../reactComponents.mjs').Used>} */
export const reactUseWebSocket = {
  name: 'react-use-websocket',
  framework: 'react',
  withHeartbeat: true,
  use: (url, { probe, keeps, withMessageHook, shares, withHeartbeat }) => {
    const { readyState, lastMessage, sendMessage } = useWebSocket(url, {
      share: shares,
      disableJson: true,
      shouldReconnect: () => true,
      reconnectInterval: 1000,
      // Its timeout counts from the last message, not from the ping: two seconds are 1 s and 1 s.
      ...(withHeartbeat
        ? { heartbeat: { message: 'ping', returnMessage: 'pong', interval: 1000, timeout: 2000 } }
        : {}),
      ...(withMessageHook || !shares ? { onMessage: (event) => probe.receive(event.data) } : {}),
    })
    const [history, setHistory] = useState(
      /** @type {{ count: number, list: readonly string[] }} */ ({ count: 0, list: [] }),
    )
    useEffect(() => {
      if (keeps && lastMessage)
        setHistory(({ count, list }) => ({ count: count + 1, list: [...list.slice(1 - LENGTH), lastMessage.data] }))
    }, [keeps, lastMessage])
    useEffect(() => {
      if (keeps) probe.kept = () => history
    }, [probe, keeps, history])
    return { isOpen: readyState === 1, last: lastMessage?.data, list: history.list, send: sendMessage }
  },
  share: (url) => ({ source: url, end: () => {} }),
}

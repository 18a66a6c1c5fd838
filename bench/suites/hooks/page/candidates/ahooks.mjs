// `ahooks`. The history is kept in a memo on `latestMessage`, as its documentation shows.

import { useWebSocket } from 'ahooks'
import { useEffect, useMemo, useRef } from 'react'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'react', import('../reactComponents.mjs').Used>} */
export const ahooks = {
  name: 'ahooks',
  framework: 'react',
  use: (url, { probe, keeps }) => {
    const { readyState, latestMessage, sendMessage } = useWebSocket(url, {
      onMessage: (event) => probe.receive(event.data),
    })
    const history = useRef({ count: 0, list: /** @type {readonly string[]} */ ([]) })
    /* oxlint-disable react/refs, react/preserve-manual-memoization */
    history.current = useMemo(
      () =>
        keeps && latestMessage
          ? { count: history.current.count + 1, list: [...history.current.list.slice(1 - LENGTH), latestMessage.data] }
          : history.current,
      [keeps, latestMessage],
    )
    const { list } = history.current
    /* oxlint-enable react/refs, react/preserve-manual-memoization */
    useEffect(() => {
      if (keeps) probe.kept = () => history.current
    }, [probe, keeps])
    return { isOpen: Number(readyState) === 1, last: latestMessage?.data, list, send: sendMessage }
  },
}

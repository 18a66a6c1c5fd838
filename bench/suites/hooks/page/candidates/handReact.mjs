// The hook that people write by hand: one state for each thing, set per message. No reconnecting, no queue, no heartbeat.

import { useCallback, useEffect, useRef, useState } from 'react'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'react', import('../reactComponents.mjs').Used>} */
export const handReact = {
  name: 'hand-written react',
  framework: 'react',
  use: (url, { probe, keeps }) => {
    const [status, setStatus] = useState('connecting')
    const [last, setLast] = useState(/** @type {string | undefined} */ (undefined))
    const [list, setList] = useState(/** @type {readonly string[]} */ ([]))
    const socketRef = useRef(/** @type {WebSocket | undefined} */ (undefined))
    const count = useRef(0)
    useEffect(() => {
      const socket = (socketRef.current = new WebSocket(url))
      socket.onopen = () => setStatus('open')
      socket.onclose = () => setStatus('closed')
      socket.onmessage = ({ data }) => {
        probe.receive(data)
        setLast(data)
        if (!keeps) return
        setList((before) => [...before.slice(1 - LENGTH), data])
        count.current++
      }
      return () => socket.close()
    }, [url, probe, keeps])
    const send = useCallback((/** @type {string} */ message) => socketRef.current?.send(message), [])
    useEffect(() => {
      if (keeps) probe.kept = () => ({ count: count.current, list })
    }, [probe, keeps, list])
    return { isOpen: status === 'open', last, list, send }
  },
}

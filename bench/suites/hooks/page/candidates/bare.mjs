// The measure of all others: a WebSocket without a framework, which counts each message, and draws the newest once per frame where
// there is something to show. Drawing is part of the measure: a page that shows nothing is not what users would have instead.

import { createPainter, screens } from '../screen.mjs'

/** @type {import('./index.mjs').PlainCandidate} */
export const bare = {
  name: 'bare',
  start: (url, kind, root, copies, probe) => {
    const screen = screens[kind](root, copies)
    const paint = kind === 'status' ? undefined : createPainter(screen, probe)
    const socket = new WebSocket(url)
    probe.send = (message) => socket.send(message)
    socket.onopen = () => probe.statusIs(true)
    socket.onmessage = ({ data }) => {
      probe.receive(data)
      paint?.(data)
    }
    return () => {
      socket.close()
      screen.clear()
    }
  },
}

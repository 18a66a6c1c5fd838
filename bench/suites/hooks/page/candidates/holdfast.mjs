// Our core alone: a listener for messages, and a renderer at the default pace.

import { createWebSocket } from '../../../../../packages/core/src/index.ts'
import { LENGTH, screens } from '../screen.mjs'

/** @type {import('./index.mjs').PlainCandidate} */
export const holdfast = {
  name: 'holdfast',
  start: (url, kind, root, copies, probe) => {
    const screen = screens[kind](root, copies)
    const client = createWebSocket(url, { history: LENGTH })
    let drawn = client.get()
    const draw = () => {
      const next = client.get()
      if (next.status !== drawn.status) probe.statusIs(next.status === 'open')
      const fresh = next.received - drawn.received
      drawn = next
      if (kind === 'status' || !fresh) return
      probe.renders++
      screen.draw(/** @type {string[]} */ (next.messages.slice(-fresh)))
    }
    if (kind === 'status') client.on('status', draw)
    else client.subscribe(draw)
    client.on('message', probe.receive)
    probe.send = (message) => client.send(message)
    probe.kept = () => ({ count: client.get().received, list: /** @type {string[]} */ (client.get().messages) })
    return () => {
      client.dispose()
      screen.clear()
    }
  },
}

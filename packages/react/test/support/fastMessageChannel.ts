/**
 * Import it before React. WebKitGTK sends each message of a `MessageChannel` through another process, which takes 2 ms. React's `act` waits
 * for one after each action, so that the contract would take a minute longer. A message to the window stays in the process.
 */

import { server } from 'vitest/browser'

type Port = Pick<MessagePort, 'onmessage'>

const waiting: Port[] = []

class WindowMessageChannel {
  port1: Port = { onmessage: null }
  port2 = {
    postMessage: () => {
      waiting.push(this.port1)
      window.postMessage('channel', '*')
    },
  }
}

if (server.browser === 'webkit') {
  window.addEventListener('message', (event) => {
    if (event.data !== 'channel') return
    const port = waiting.shift()
    port?.onmessage?.call(port as MessagePort, event)
  })
  window.MessageChannel = WindowMessageChannel as never
}

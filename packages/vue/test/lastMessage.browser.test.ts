/** The last message of a Vue component, over the WebSocket of a real browser. */

import { expect, test } from 'vitest'
import { createApp, onBeforeUnmount, onScopeDispose, onUnmounted } from 'vue'
import { createEndpoint } from '../../core/test/browser/support/page.ts'
import { useWebSocket } from '../src/index.ts'

test.each([
  ['onBeforeUnmount', onBeforeUnmount],
  ['onUnmounted', onUnmounted],
  ['onScopeDispose', onScopeDispose],
] as const)('a message sent in %s is received before the close', async (_name, register) => {
  const { url, read } = createEndpoint()
  const container = document.createElement('div')
  const app = createApp({
    setup() {
      const { send, status } = useWebSocket(url)
      register(() => void send('leave'))
      return () => status.value
    },
  })
  app.mount(container)
  await expect.poll(() => container.textContent).toBe('open')
  app.unmount()
  await expect.poll(read).toMatchObject({ open: 0, dials: 1, messages: ['leave'] })
})

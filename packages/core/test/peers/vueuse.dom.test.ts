// @vitest-environment jsdom
/** The defect of vueuse's useWebSocket that needs a page. */

import { expect, test } from 'vitest'
import { browserListeners } from '../support/browserListeners.ts'
import { createTestClient } from '../support/createTestClient.ts'

test('(V8) a cancelled beforeunload event does not close the connection', () => {
  const pageListeners = browserListeners()
  const { server, open } = createTestClient({ browser: true })
  const client = open()
  const leaving = new Event('beforeunload', { cancelable: true })
  leaving.preventDefault()
  window.dispatchEvent(leaving)
  expect(client.get().status).toBe('open')
  expect(server.last.closed).toBeUndefined()
  expect(pageListeners()).not.toContain('beforeunload')
})

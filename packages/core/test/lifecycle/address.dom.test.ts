// @vitest-environment jsdom
// @vitest-environment-options {"url":"https://example.org/app/page.html?x=1#top"}
/** Addresses on a page: relative ones resolve against it, and its scheme becomes that of a WebSocket. */

import { expect, test } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

test.each([
  ['/chat', 'wss://example.org/chat'],
  ['chat', 'wss://example.org/app/chat'],
  ['../chat?a=b', 'wss://example.org/chat?a=b'],
  ['//other.example/chat', 'wss://other.example/chat'],
  ['?a', 'wss://example.org/app/page.html?a'],
  ['ws://test/', 'ws://test/'],
])('%s is %s', (url, dialled) => {
  const { server, connect } = createTestClient()
  for (const source of [url, () => url]) {
    connect({}, source)
    expect(server.last.url).toBe(dialled)
  }
})

test('a fragment of its own is refused, that of the page is not inherited', () => {
  const { connect } = createTestClient()
  expect(() => connect({}, '/chat#top')).toThrow(/fragment/)
  expect(() => connect({}, '#top')).toThrow(/fragment/)
})

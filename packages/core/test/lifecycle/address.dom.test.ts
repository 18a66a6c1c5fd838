// @vitest-environment jsdom
// @vitest-environment-options {"url":"https://example.org/app/page.html?x=1#top"}
/** URLs on a page: a relative URL is resolved against the page's URL, and the scheme becomes that of a WebSocket. */

import { expect, test } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

test.each([
  ['/chat', 'wss://example.org/chat'],
  ['chat', 'wss://example.org/app/chat'],
  ['../chat?a=b', 'wss://example.org/chat?a=b'],
  ['//other.example/chat', 'wss://other.example/chat'],
  ['?a', 'wss://example.org/app/page.html?a'],
  ['ws://test/', 'ws://test/'],
])('on the page https://example.org/app/page.html, the URL %s is dialled as %s', (url, dialled) => {
  const { server, connect } = createTestClient()
  for (const source of [url, () => url]) {
    connect({}, source)
    expect(server.last.url).toBe(dialled)
  }
})

test('a URL with a fragment is rejected, and the fragment of the page is not inherited', () => {
  const { connect } = createTestClient()
  expect(() => connect({}, '/chat#top')).toThrow(/fragment/)
  expect(() => connect({}, '#top')).toThrow(/fragment/)
})

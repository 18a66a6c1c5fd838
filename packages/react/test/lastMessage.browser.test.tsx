/** The last message of a React component, over the WebSocket of a real browser. */

import { type ReactNode, useEffect, useLayoutEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { createEndpoint } from '../../core/test/browser/support/page.ts'
import { useWebSocket } from '../src/index.ts'

const WithEffect = ({ url }: { url: string }): ReactNode => {
  const { send, status } = useWebSocket(url)
  useEffect(() => () => void send('leave'), [send])
  return status
}

const WithLayoutEffect = ({ url }: { url: string }): ReactNode => {
  const { send, status } = useWebSocket(url)
  useLayoutEffect(() => () => void send('leave'), [send])
  return status
}

test.each([
  ['useEffect', WithEffect],
  ['useLayoutEffect', WithLayoutEffect],
])('a message sent in the cleanup of %s is received before the close', async (_name, Component) => {
  const { url, read } = createEndpoint()
  const container = document.createElement('div')
  const root = createRoot(container)
  root.render(<Component url={url} />)
  await expect.poll(() => container.textContent).toBe('open')
  root.unmount()
  await expect.poll(read).toMatchObject({ open: 0, dials: 1, messages: ['leave'] })
})

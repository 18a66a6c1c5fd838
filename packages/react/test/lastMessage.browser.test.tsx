/** The last message of a React component, over the WebSocket of a real browser. */

import { type ReactNode, useEffect, useLayoutEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { createEndpoint } from '../../core/test/browser/support/page.ts'
import { useWebSocket } from '../src/index.ts'

interface Props {
  url: string
  useCleanup: typeof useEffect
}

const Component = ({ url, useCleanup }: Props): ReactNode => {
  const { send, status } = useWebSocket(url)
  useCleanup(() => () => void send('leave'), [send])
  return status
}

test.each([
  ['useEffect', useEffect],
  ['useLayoutEffect', useLayoutEffect],
] as const)('a message sent in the cleanup of %s is received before the close', async (_name, useCleanup) => {
  const { url, read } = createEndpoint()
  const container = document.createElement('div')
  const root = createRoot(container)
  root.render(<Component url={url} useCleanup={useCleanup} />)
  await expect.poll(() => container.textContent).toBe('open')
  root.unmount()
  await expect.poll(read).toMatchObject({ open: 0, dials: 1, messages: ['leave'] })
})

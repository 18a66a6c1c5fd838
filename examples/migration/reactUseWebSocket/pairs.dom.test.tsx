/** The short pairs of the guide, with the published package and a fake server. */

import { act, render } from '@testing-library/react'
import { expect, test } from 'vitest'
import { fakeNetwork } from '../../support/fakeNetwork.ts'
import { Prices as NewPrices } from './afterJson.tsx'
import * as newShared from './afterShared.tsx'
import { Room as NewRoom } from './afterUrl.tsx'
import { Prices as OldPrices } from './beforeJson.tsx'
import { Room as OldRoom } from './beforeUrl.tsx'
import * as oldShared from './beforeShared.tsx'

const network = fakeNetwork()

test.each([OldPrices, NewPrices])(
  'both show the newest JSON message, send JSON, hide the reply to a ping, and connect when there is a URL',
  async (Prices) => {
    const { container, rerender, unmount } = render(<Prices url={null} />)
    await network.pass(100)
    expect(network.server.connections).toHaveLength(0)
    rerender(<Prices url="wss://example.org/prices" />)
    await network.pass(100)
    await act(async () => network.server.last.send('{"symbol":"ACME","value":7}'))
    await network.pass(100)
    container.querySelector('button')!.click()
    expect([container.textContent, network.server.last.received]).toEqual(['ACME: 7', ['{"subscribe":"ACME"}']])
    await network.pass(28_000) // react-use-websocket checks every 2.5 s
    expect(network.server.last.received.at(-1)).toBe('{"type":"ping"}')
    await act(async () => network.server.last.send('{"type":"pong"}'))
    await network.pass(100)
    expect(container.textContent).toBe('ACME: 7')
    unmount()
    await network.pass(5000) // a timer of react-use-websocket, which outlives the component
  },
)

test.each([oldShared, newShared])('both share one connection', async ({ Header, LastLine }) => {
  const { container } = render(
    <>
      <Header />
      <LastLine />
    </>,
  )
  await network.pass(100)
  await act(async () => network.server.last.send('hello'))
  await network.pass(100)
  expect([container.textContent, network.server.connections.length]).toEqual(['onlinehello', 1])
})

test.each([OldRoom, NewRoom])('both share one connection whose URL depends on a prop', async (Room) => {
  const { container, rerender } = render(<Room room={null} />)
  await network.pass(100)
  expect([container.textContent, network.server.connections.length]).toEqual(['offline', 0])
  rerender(<Room room="hall" />)
  await network.pass(100)
  expect(network.server.connections.map(({ url }) => url)).toEqual(['wss://example.org/chat?room=hall'])
  await act(async () => network.server.last.send('{"id":1,"text":"hello"}'))
  await network.pass(100)
  expect(container.textContent).toBe('onlinehello')
})

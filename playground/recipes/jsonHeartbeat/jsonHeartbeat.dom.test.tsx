import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { startRecipe, until } from '../support/startRecipe.ts'
import { JsonHeartbeat } from './JsonHeartbeat.tsx'
import { start } from './server.mjs'

afterEach(cleanup)

const ping = '{"type":"ping"}'
const init = '{"type":"init","name":"Ada"}'
const status = (): string => screen.getByRole('status').textContent
const lines = (): (string | null)[] => screen.queryAllByRole('listitem').map((item) => item.textContent)

/** Renders the component and waits for the server's `welcome`. */
async function connect() {
  const recipe = await startRecipe(() => start())
  const { options, ...watched } = recipe.createObserver()
  const view = render(<JsonHeartbeat url={recipe.proxy.url} name="Ada" options={options} />)
  await until(() => expect(lines()).toEqual(['welcome']))
  expect(status()).toBe('Ada: open')
  return { ...recipe, ...watched, ...view }
}

describe('JsonHeartbeat', () => {
  it('sends init before any message, and shows the echo', async () => {
    const { serverReceived } = await connect()
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'hello' } })
    fireEvent.click(screen.getByText('Send'))
    await until(() => expect(lines()).toEqual(['welcome', 'hello']))
    expect(serverReceived).toEqual([init, '{"type":"echo","text":"hello"}'])
    expect(screen.getByRole('textbox')).toHaveProperty('value', '')
  })

  it('sends a heartbeat after 5 s without a message, and hides the replies', async () => {
    const { clock, clientsSent, serverReceived, latencies } = await connect()
    for (const beat of [1, 2]) {
      clock.advance(4999)
      expect(clientsSent).toHaveLength(beat)
      clock.advance(1)
      await until(() => expect(latencies).toHaveLength(beat))
    }
    expect(serverReceived).toEqual([init, ping, ping])
    expect(lines()).toEqual(['welcome'])
    expect(status()).toBe('Ada: open')
  })

  it('detects within 10 s that the server does not answer, reconnects, and sends init again', async () => {
    const { clock, proxy, serverReceived, delays } = await connect()
    proxy.freeze()
    clock.advance(9999)
    expect(delays).toEqual([])
    clock.advance(1)
    await until(() => expect(status()).toBe('Ada: reconnecting, attempt 1 of 5'))
    clock.advance(1250)
    await until(() => expect(lines()).toEqual(['welcome', 'welcome']))
    expect(status()).toBe('Ada: open')
    expect(serverReceived).toEqual([init, init])
  })

  it('queues a text without a connection, and sends init before it', async () => {
    const { clock, proxy, serverReceived } = await connect()
    proxy.down()
    await until(() => expect(status()).toBe('Ada: reconnecting, attempt 1 of 5'))
    const input = screen.getByRole('textbox')
    fireEvent.change(input, { target: { value: 'too early' } })
    fireEvent.submit(input)
    expect(input).toHaveProperty('value', '')
    proxy.up()
    clock.advance(750)
    await until(() => expect(lines()).toEqual(['welcome', 'welcome', 'too early']))
    expect(serverReceived).toEqual([init, init, '{"type":"echo","text":"too early"}'])
  })

  it('stops after 5 attempts with a notice, and reconnects after a click on the button', async () => {
    const { clock, proxy, delays } = await connect()
    proxy.down()
    // The random number of the fake clock is always the middle of its range.
    for (const [attempt, delay] of [
      [1, 750],
      [2, 1250],
      [3, 2250],
      [4, 4250],
      [5, 8250],
    ] as const) {
      await until(() => expect(status()).toBe(`Ada: reconnecting, attempt ${attempt} of 5`))
      expect(delays.at(-1)).toBe(delay)
      clock.advance(delay)
      await until(() => expect(proxy.dials).toBe(1 + attempt))
    }
    await until(() => screen.getByText(/No connection after 5 attempts/))
    expect(clock.pending).toBe(0)
    const input = screen.getByRole('textbox')
    fireEvent.change(input, { target: { value: 'too late' } })
    fireEvent.submit(input)
    expect(input).toHaveProperty('value', 'too late')
    proxy.up()
    fireEvent.click(screen.getByText('Try again'))
    await until(() => expect(status()).toBe('Ada: open'))
    expect(screen.queryByRole('alert')).toBe(null)
  })

  it('closes its connection when it is unmounted', async () => {
    const { server, clock, unmount } = await connect()
    expect(server.connections()).toBe(1)
    unmount()
    await until(() => expect(server.connections()).toBe(0))
    expect(clock.pending).toBe(0)
  })
})

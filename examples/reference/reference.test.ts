/** Runs the code of the reference pages, unchanged. */

import { createWebSocket, json } from '@holdfast/core'
import { HubError, createHub } from '@holdfast/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { stage } from '../support/stage.ts'
import { ask } from './client.ts'
import { connect as connectWithCodes } from './closeCodes.ts'
import { place as placeJson, report } from './errors.ts'
import { listen } from './events.ts'
import { connect } from './options.ts'
import { type Order, openOrders, place } from './session.ts'

const logged = () => {
  const log = vi.spyOn(console, 'log').mockReturnValue(undefined)
  onTestFinished(() => log.mockRestore())
  return log
}

test('options.ts pings after 15 s, and reports that it gives up', async () => {
  const { server, clock } = stage()
  const log = logged()
  vi.stubGlobal('WebSocket', server.WebSocket)
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
  const client = connect('ws://test')
  await vi.advanceTimersByTimeAsync(15_000)
  expect(server.last.received).toEqual(['ping'])
  server.auto = false
  server.last.drop()
  for (let attempt = 1; attempt <= 10; attempt++) {
    await vi.advanceTimersByTimeAsync(60_000)
    server.last.refuse()
  }
  expect(client.get().status).toBe('closed')
  expect(log).toHaveBeenLastCalledWith('no further attempt: exhausted')
  client.dispose()
  expect(clock.pending).toBe(0)
})

test('client.ts sends and returns the answer, or throws if the connection is closed first', async () => {
  const { server, clock, fakes } = stage()
  const log = logged()
  const client = createWebSocket<string, string>('ws://test', fakes)
  const answer = ask(client)
  await clock.run(0)
  expect(log.mock.calls.flat()).toEqual(['status', 'open', 'sent'])
  server.last.send('hello yourself')
  await expect(answer).resolves.toBe('hello yourself')
  const second = ask(client)
  await clock.run(0)
  client.close()
  await expect(second).rejects.toThrow('closed without an answer')
  client.dispose()
})

test('events.ts shows attempts, the end and dropped messages, and listens no longer after its signal', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket<string, string>('ws://test', fakes)
  const [fetchMissed, show] = [vi.fn<() => void>(), vi.fn<(text: string) => void>()]
  const leave = listen(client, { fetchMissed, show })
  await clock.run(0)
  server.last.drop()
  expect(show).toHaveBeenLastCalledWith('attempt 1 in 1 s')
  await clock.run(1250)
  expect(fetchMissed).toHaveBeenCalledTimes(1)
  server.last.close(1008)
  expect(show).toHaveBeenLastCalledWith('closed: server 1008')
  client.send('late')
  expect(show).toHaveBeenLastCalledWith('not sent (closed): late')
  leave()
  client.send('later')
  expect(show).toHaveBeenCalledTimes(3)
  client.dispose()
})

test('errors.ts reports a frame that is not JSON, and a message that cannot be encoded', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, codec: json<Order, Order>() })
  const log = vi.fn<(text: string) => void>()
  report(client, log)
  await clock.run(0)
  server.last.send('<html>')
  expect(log).toHaveBeenLastCalledWith(expect.stringMatching(/^DecodeError: /))
  const circular = { id: 'a', self: {} }
  circular.self = circular
  expect(placeJson(client, circular)).toBe('not JSON')
  expect(placeJson(client, { id: 'a' })).toBe('sent')
  client.dispose()
})

test('closeCodes.ts renews its token after 4401, and stops if there is none', async () => {
  const { server, clock, fakes } = stage()
  vi.stubGlobal('WebSocket', server.WebSocket)
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
  const renewToken = vi.fn<() => Promise<boolean>>().mockResolvedValueOnce(true).mockResolvedValueOnce(false)
  const showLogin = vi.fn<() => void>()
  const client = connectWithCodes(() => 'ws://test', { renewToken, showLogin })
  for (const code of [4503, 4401]) {
    await vi.advanceTimersByTimeAsync(10_000)
    server.last.close(code)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(client.get().status).toBe('open')
  }
  server.last.close(4401)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(client.get().status).toBe('closed')
  expect(showLogin).toHaveBeenCalledTimes(1)
  client.dispose()
  expect([clock.pending, fakes.WebSocket]).toEqual([0, server.WebSocket])
})

test('session.ts delivers once, and returns each outcome as a text', async () => {
  vi.stubGlobal('WebSocket', WebSocket)
  onTestFinished(() => void vi.unstubAllGlobals())
  const hub = createHub({ port: 0, authenticate: ({ token }) => (token === 'fresh' ? { id: 'ann' } : null) })
  onTestFinished(() => hub.close())
  hub.on('message', (order) => {
    if ((order as Order).pieces > 9) throw new HubError('too-many', 'at most 9 pieces')
  })
  await hub.ready
  const orders = openOrders(`ws://127.0.0.1:${hub.port}`, async (refresh) => (refresh ? 'fresh' : 'stale'))
  await expect(place(orders, { id: 'a', pieces: 1 })).resolves.toBe('placed')
  await expect(place(orders, { id: 'b', pieces: 10 })).resolves.toBe('refused: too-many')
  orders.close()
  await expect(place(orders, { id: 'c', pieces: 1 })).resolves.toBe('not placed')
  orders.dispose()
})

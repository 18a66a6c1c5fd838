/** The recipe `fromReactUseWebSocket` beside react-use-websocket itself. */

import { useEffect } from 'react'
import useTheirs, { ReadyState } from 'react-use-websocket'
import { expect, test, vi } from 'vitest'
import { namesOf } from '../support/declarations.ts'
import { react } from '../support/mount.ts'
import { stage } from '../support/page.ts'
import { play } from '../support/script.ts'
import { Chat as Before } from './before.tsx'
import { fromReactUseWebSocket } from './fromReactUseWebSocket.tsx'
import { Chat as Recipe } from './recipe.tsx'

const page = stage()
type Hook = typeof fromReactUseWebSocket
type Options = Parameters<Hook>[1]

const both = [
  ['react-use-websocket', useTheirs as unknown as Hook],
  ['fromReactUseWebSocket', fromReactUseWebSocket],
] as const

/** Mounts a component that uses one of both. `result` is what it got in its last render, `seen` what its effect saw. */
const use = async (useHook: Hook, options?: Options, mode: 'accept' | 'refuse' = 'accept', connect = true) => {
  const seen: unknown[] = []
  const used = { result: undefined as unknown as ReturnType<Hook> }
  const { server } = await page.open(
    react(({ url }) => {
      const result = useHook(url, options, connect)
      used.result = result
      const { lastMessage } = result
      useEffect(() => {
        if (lastMessage) seen.push(lastMessage.data)
      }, [lastMessage])
      return null
    }),
  )
  if (mode === 'refuse') {
    server.mode = mode
    server.reset()
    await page.settle()
  }
  return Object.assign(used, { server, seen })
}

test('a component with fromReactUseWebSocket shows the same as with react-use-websocket', async () => {
  const scenes = await play(page, react(Recipe))
  expect(scenes).toEqual(await play(page, react(Before)))
})

test.each(both)(
  '%s: reconnectInterval is called with the attempts, and onReconnectStop follows the last',
  async (_, useHook) => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const reconnectInterval = vi.fn((attempt: number) => (attempt + 1) * 1000)
    const onReconnectStop = vi.fn()
    const shouldReconnect = vi.fn((event: CloseEvent) => event.code === 1006)
    const options = { shouldReconnect, reconnectInterval, reconnectAttempts: 3, onReconnectStop }
    const used = await use(useHook, options, 'refuse')
    expect(await page.until(() => onReconnectStop.mock.calls.length === 1)).toBe(6000)
    expect([reconnectInterval.mock.calls, onReconnectStop.mock.calls]).toEqual([[[0], [1], [2]], [[3]]])
    await page.pass(60_000)
    expect([used.result.readyState, used.server.dialled.length]).toEqual([ReadyState.CLOSED, 4])
  },
)

test.each(both)(
  '%s: without shouldReconnect no attempt follows, and the default interval is 5 s',
  async (_, useHook) => {
    const [never, always] = [await use(useHook), await use(useHook, { shouldReconnect: () => true })]
    for (const { server } of [never, always]) server.close(1000)
    await page.pass(4500)
    expect([never.server.dialled.length, always.server.dialled.length]).toEqual([1, 1])
    await page.pass(1000)
    expect([never.server.dialled.length, always.server.dialled.length]).toEqual([1, 2])
    expect([never.result.readyState, always.result.readyState]).toEqual([ReadyState.CLOSED, ReadyState.OPEN])
  },
)

test.each(both)('%s: readyState is UNINSTANTIATED without a connection', async (_, useHook) => {
  const used = await use(useHook, {}, 'accept', false)
  expect([used.result.readyState, used.server.dialled]).toEqual([ReadyState.UNINSTANTIATED, []])
})

test.each(both)('%s: the callbacks receive events of the platform', async (_, useHook) => {
  const events: unknown[] = []
  const { server } = await use(useHook, {
    onOpen: ({ type }) => events.push(type),
    onMessage: ({ type, data }) => events.push([type, data]),
    onClose: ({ type, code, reason, wasClean }) => events.push([type, code, reason, wasClean]),
    onError: ({ type }) => events.push(type),
  })
  server.send('hi')
  await page.settle()
  server.close(4000, 'bye')
  await page.settle()
  expect(events).toEqual(['open', ['message', 'hi'], ['close', 4000, 'bye', true]])
})

test.each(both)('%s: sends now or later, or not at all with keep: false', async (_, useHook) => {
  const used = await use(useHook, { shouldReconnect: () => true }, 'refuse')
  used.result.sendMessage('kept')
  used.result.sendMessage('not kept', false)
  used.result.sendJsonMessage({ kept: true })
  used.server.mode = 'accept'
  await page.until(() => used.server.open === 1)
  used.result.sendMessage('now')
  await page.settle()
  expect(used.server.received).toEqual(['kept', '{"kept":true}', 'now'])
})

test.each(both)('%s: an effect sees each message of a burst, as an event and as JSON', async (_, useHook) => {
  const used = await use(useHook)
  expect([used.result.lastMessage, used.result.lastJsonMessage]).toEqual([null, null])
  used.server.send('1', '1', '{"two":2}')
  await page.settle()
  expect([used.seen, used.result.lastJsonMessage]).toEqual([['1', '1', '{"two":2}'], { two: 2 }])
  used.server.send('no JSON')
  await page.settle()
  expect(used.result.lastJsonMessage).toEqual({})
})

test.each(both)('%s: heartbeat hides its reply, and ends a connection without messages', async (_, useHook) => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const onClose = vi.fn()
  const heartbeat = { message: () => 'ping', returnMessage: 'pong', interval: 2000, timeout: 5000 }
  const used = await use(useHook, { heartbeat, onClose })
  await page.pass(20_000)
  expect([used.seen, onClose.mock.calls]).toEqual([[], []])
  used.server.freeze()
  await page.until(() => onClose.mock.calls.length === 1)
})

test('fromReactUseWebSocket throws an explanation for each name that it does not map', () => {
  const mapped = [
    ...['onOpen', 'onMessage', 'onClose', 'onError', 'onReconnectStop'],
    ...['shouldReconnect', 'reconnectInterval', 'reconnectAttempts', 'heartbeat'],
  ]
  const others = namesOf('react-use-websocket', 'Options').filter((name) => !mapped.includes(name))
  expect(others).toContain('share')
  for (const name of others) {
    const options: object = { [name]: true }
    expect(() => fromReactUseWebSocket('ws://test', options), `${name}`).toThrow(
      new RegExp(`^fromReactUseWebSocket: ${name} is not mapped: use (?!one of)`),
    )
  }
  const unknown: object = { reconectInterval: 1 }
  expect(() => fromReactUseWebSocket('ws://test', unknown)).toThrow(
    'reconectInterval is not mapped: use one of onOpen,',
  )
})

test('fromReactUseWebSocket: getWebSocket() throws an explanation', async () => {
  const used = await use(fromReactUseWebSocket)
  expect(() => used.result.getWebSocket()).toThrow('getWebSocket is not mapped: use client')
})

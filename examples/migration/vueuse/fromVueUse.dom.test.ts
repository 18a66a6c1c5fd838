/** The recipe `fromVueUse` beside VueUse's own `useWebSocket`. */

import { useWebSocket } from '@vueuse/core'
import { expect, test, vi } from 'vitest'
import { createApp, watch } from 'vue'
import { namesOf } from '../support/declarations.ts'
import { vue } from '../support/mount.ts'
import { stage } from '../support/page.ts'
import { play } from '../support/script.ts'
import Before from './before.vue'
import { fromVueUse } from './fromVueUse.ts'
import Recipe from './recipe.vue'

const page = stage()
type Options = Parameters<typeof fromVueUse>[1]

/** Mounts a component that uses VueUse or the recipe, and returns what it gets. */
const use = async (run: typeof fromVueUse, options: Options, mode: 'accept' | 'refuse' = 'accept') => {
  let returned: ReturnType<typeof fromVueUse> | undefined
  const { server } = await page.open((url, element) => {
    const app = createApp({
      setup() {
        returned = run(url, options)
        return () => null
      },
    })
    app.mount(element)
    return () => app.unmount()
  })
  if (mode === 'refuse') {
    server.mode = mode
    server.reset()
    await page.settle()
  }
  return { server, ...returned! }
}

const both = [
  ['VueUse', useWebSocket as typeof fromVueUse],
  ['fromVueUse', fromVueUse],
] as const

test('a component with fromVueUse shows the same as with VueUse', async () => {
  const scenes = await play(page, vue(Recipe))
  expect(scenes).toEqual(await play(page, vue(Before)))
})

test.each(both)(
  '%s: retries limits the attempts, delay is called with their number, and onFailed follows',
  async (_, run) => {
    const delay = vi.fn((retries: number) => retries * 1000)
    const onFailed = vi.fn()
    const { server, status } = await use(run, { autoReconnect: { retries: 3, delay, onFailed } }, 'refuse')
    expect(await page.until(() => onFailed.mock.calls.length === 1)).toBe(6000)
    expect(delay.mock.calls).toEqual([[1], [2], [3]])
    await page.pass(60_000)
    expect([status.value, server.dialled.length]).toEqual(['CLOSED', 4])
  },
)

test.each(both)('%s: retries may be a function', async (_, run) => {
  const retries = vi.fn((retried: number) => retried < 2)
  const onFailed = vi.fn()
  const { server } = await use(run, { autoReconnect: { retries, onFailed } }, 'refuse')
  expect(await page.until(() => onFailed.mock.calls.length === 1)).toBe(2000)
  expect(retries.mock.calls).toEqual([[0], [1], [2]])
  expect(server.dialled).toHaveLength(3)
})

test.each(both)('%s: the default reconnects never, and autoReconnect: true after each close code', async (_, run) => {
  const [never, always] = [await use(run, {}), await use(run, { autoReconnect: true })]
  for (const { server } of [never, always]) server.close(1000)
  await page.pass(5000)
  expect([never.status.value, never.server.dialled.length]).toEqual(['CLOSED', 1])
  expect([always.status.value, always.server.dialled.length]).toEqual(['OPEN', 2])
})

test.each(both)('%s: immediate, open, close, send and ws', async (_, run) => {
  const { server, status, data, ws, open, close, send } = await use(run, { immediate: false })
  expect([status.value, ws.value, data.value, send('not buffered', false), send('buffered')]).toEqual([
    'CLOSED',
    undefined,
    null,
    false,
    false,
  ])
  open()
  expect(status.value).toBe('CONNECTING')
  await page.settle()
  expect([status.value, ws.value?.readyState, send('sent')]).toEqual(['OPEN', 1, true])
  await page.settle()
  expect(server.received).toEqual(['buffered', 'sent'])
  open() // closes the connection and opens another one
  await page.pass(100)
  expect([status.value, server.dialled.length, server.open]).toEqual(['OPEN', 2, 1])
  close(4001, 'bye')
  expect(ws.value).toBeUndefined()
  await page.settle()
  expect([status.value, server.open]).toEqual(['CLOSED', 0])
})

test.each(both)(
  '%s: watch(data) runs for each message of a burst that differs from the previous one',
  async (_, run) => {
    const { server, data } = await use(run, {})
    const seen: unknown[] = []
    watch(data, (value) => seen.push(value))
    server.send('a', 'b', 'b', 'c')
    await page.settle()
    expect(seen).toEqual(['a', 'b', 'c'])
  },
)

test.each(both)('%s: heartbeat hides the response, and ends a connection without one', async (_, run) => {
  const heartbeat = { message: () => 'ping', responseMessage: 'pong', interval: 2000, pongTimeout: 1000 }
  const { server, status, data } = await use(run, { heartbeat })
  await page.pass(10_000)
  expect([status.value, data.value]).toEqual(['OPEN', null])
  server.freeze()
  expect(await page.until(() => status.value === 'CLOSED')).toBe(3000)
})

test('fromVueUse throws an explanation for each option that it does not map, and for unknown names', () => {
  const groups = ['heartbeat', 'autoReconnect']
  const names = namesOf('@vueuse/core', 'UseWebSocketOptions', groups)
  const mapped = [
    ...['immediate', 'autoReconnect', 'autoReconnect.retries', 'autoReconnect.delay', 'autoReconnect.onFailed'],
    ...['heartbeat', 'heartbeat.message', 'heartbeat.responseMessage', 'heartbeat.interval', 'heartbeat.pongTimeout'],
  ]
  const others = names.filter((name) => !mapped.includes(name))
  expect(others).toContain('heartbeat.scheduler')
  for (const path of others) {
    const group = path.split('.').at(-2)
    const name = path.split('.').at(-1)!
    const option: object = { [name]: () => undefined }
    expect(() => fromVueUse('ws://test', group ? { [group]: option } : option), `${path}`).toThrow(
      `fromVueUse: the option ${name} is not mapped: in @holdfast/vue use `,
    )
  }
  const unknown: object = { autoReconect: true }
  expect(() => fromVueUse('ws://test', unknown)).toThrow(
    'the option autoReconect is not mapped: VueUse has no such option',
  )
})

/** The component before and after the migration from ahooks, with the published package and real sockets. */

import { useWebSocket } from '@holdfast/react'
import { render } from '@testing-library/react'
import { useWebSocket as useTheirs } from 'ahooks'
import { type ComponentType, StrictMode } from 'react'
import { expect, test } from 'vitest'
import { react } from '../support/mount.ts'
import { type Mount, stage } from '../support/page.ts'
import { PageSocket } from '../support/pageSocket.ts'
import { COMPLETE, play, visibleIn } from '../support/script.ts'
import { Chat as After } from './after.tsx'
import { Chat as Before } from './before.tsx'

const page = stage()
const [before, after] = [react(Before), react(After)]

test('both show the same in a script of twenty messages, three sends, a restart, a reset and an outage', async () => {
  const [current, old] = [await play(page, after), await play(page, before)]
  expect(visibleIn(current)).toEqual(visibleIn(old))
  expect(current.at(-2)).toMatchObject({ status: 'online', ...COMPLETE })
  expect(current.at(-1)?.step).toBe('unmounted, open connections: 0')
  // The click in the outage is the only difference.
  expect(old.at(-2)?.received).toEqual(COMPLETE.received.slice(1))
})

test('a message that is sent during an outage waits for the connection', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server, click } of [old, current]) {
    server.reset()
    await page.settle()
    click()
  }
  await page.until(() => old.server.open === 1 && current.server.open === 1)
  await page.pass(100)
  expect([old.server.received, current.server.received]).toEqual([[], ['hello']])
})

test('`send` does not throw without a connection, and can be called in `onOpen`', async () => {
  const errors: unknown[] = []
  const old = await page.open(
    react(({ url }) => {
      const { sendMessage } = useTheirs(url, {
        onOpen: () => {
          try {
            sendMessage('hello')
          } catch (error) {
            errors.push(error)
          }
        },
      })
      return null
    }),
  )
  const current = await page.open(
    react(({ url }) => {
      const { send } = useWebSocket(url, { onOpen: () => void send('hello') })
      return null
    }),
  )
  expect(errors).toEqual([new Error('WebSocket disconnected')])
  expect([old.server.received, current.server.received]).toEqual([[], ['hello']])
})

test('a half-open connection is detected and replaced', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.freeze()
  await page.pass(120_000)
  expect([old.status, old.server.dialled.length]).toEqual(['online', 1])
  expect([current.status, current.server.dialled.length]).toEqual(['online', 2])
})

test('a final close code, such as 1008, ends the attempts', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.close(1008, 'not allowed')
  await page.pass(5000)
  expect([old.server.dialled.length, current.server.dialled.length]).toEqual([2, 1])
  current.click('Try again')
  await page.settle()
  expect(current.status).toBe('online')
})

test('the limit of attempts holds for a server that accepts each connection and closes it', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) {
    server.mode = 'acceptAndClose'
    server.close(1011)
  }
  await page.pass(60_000)
  expect([old.server.dialled.length > 15, current.server.dialled.length]).toEqual([true, 4])
})

test('a URL that becomes empty closes the connection', async () => {
  const openAfter = async (Chat: ComponentType<{ url: string }>) => {
    let show: (url: string) => void = () => undefined
    const side = await page.open((url, container) => {
      const { rerender, unmount } = render(<Chat url={url} />, { container })
      show = (next) => rerender(<Chat url={next} />)
      return unmount
    })
    show('')
    await page.pass(100)
    return [side.status, side.server.open]
  }
  expect(await openAfter(Before)).toEqual(['online', 1])
  expect(await openAfter(After)).toEqual(['offline', 0])
})

test('StrictMode opens one connection', async () => {
  const strict =
    (Chat: ComponentType<{ url: string }>): Mount =>
    (url, container) =>
      render(<Chat url={url} />, { container, wrapper: StrictMode }).unmount
  const [old, current] = [await page.open(strict(Before)), await page.open(strict(After))]
  await page.pass(100)
  const created = [old, current].map(({ server }) => PageSocket.all.filter(({ url }) => url === server.url).length)
  expect(created).toEqual([2, 1])
  expect([old.server.open, current.server.open]).toEqual([1, 1])
})

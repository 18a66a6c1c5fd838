/** The component before and after the migration from react-use-websocket, with the published package and real sockets. */

import { useWebSocket } from '@holdfast/react'
import { render } from '@testing-library/react'
import type { ComponentType } from 'react'
import useTheirs, { ReadyState } from 'react-use-websocket'
import { expect, test, vi } from 'vitest'
import { react } from '../support/mount.ts'
import { type Mount, stage } from '../support/page.ts'
import { COMPLETE, play } from '../support/script.ts'
import { Chat as After } from './after.tsx'
import { Chat as Before } from './before.tsx'

const page = stage()
const [before, after] = [react(Before), react(After)]

test('both show the same in a script of twenty messages, three sends, a restart, a reset and an outage', async () => {
  const scenes = await play(page, after)
  expect(scenes).toEqual(await play(page, before))
  expect(scenes.at(-2)).toMatchObject({ status: 'online', ...COMPLETE })
  expect(scenes.at(-1)?.step).toBe('unmounted, open connections: 0')
})

test('a half-open connection is shown and replaced after the heartbeat timeout, without waiting for the close event', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const open = async (mount: Mount) => {
    const side = await page.open(mount)
    side.server.freeze()
    return side
  }
  const [old, current] = [await open(before), await open(after)]
  // Ping after 25 s, timeout after 10 s, wait of 3 s. `ws` ends the closing handshake after 30 s, Chromium after 10 s.
  await page.pass(36_000)
  expect([old.status, current.status]).toEqual(['online', 'offline'])
  await page.pass(3000)
  expect([old.server.dialled.length, current.server.dialled.length]).toEqual([1, 2])
  expect(await page.until(() => old.server.dialled.length === 2)).toBeGreaterThan(25_000)
})

test('a final close code, such as 1008, ends the attempts', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) server.close(1008, 'not allowed')
  await page.pass(5000)
  expect([old.status, old.server.dialled.length]).toEqual(['online', 2])
  expect([current.status, current.server.dialled.length]).toEqual(['failed', 1])
})

test('the limit of attempts holds for a server that accepts each connection and closes it', async () => {
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) {
    server.mode = 'acceptAndClose'
    server.close(1011)
  }
  await page.pass(60_000)
  expect([old.status, old.server.dialled.length > 15]).toEqual(['offline', true])
  expect([current.status, current.server.dialled.length]).toEqual(['failed', 4])
})

test('a component can try again after the last attempt', async () => {
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const [old, current] = [await page.open(before), await page.open(after)]
  for (const { server } of [old, current]) {
    server.mode = 'refuse'
    server.reset()
  }
  await page.pass(20_000)
  expect([old.status, current.status]).toEqual(['failed', 'failed'])
  expect(warnings).toHaveBeenCalledWith('Max reconnect attempts of 3 exceeded')
  for (const { server } of [old, current]) server.mode = 'accept'
  current.click('Try again')
  await page.pass(60_000)
  expect([old.server.dialled.length, current.server.dialled.length]).toEqual([4, 5])
  expect(current.status).toBe('online')
})

test('no callback is called after unmounting', async () => {
  const calls: string[] = []
  const callbacks = (name: string) => ({
    onClose: () => void calls.push(`${name}: onClose`),
    shouldReconnect: () => calls.push(`${name}: shouldReconnect`) > 0,
  })
  const old = await page.open(react(({ url }) => <>{useTheirs(url, callbacks('theirs')).readyState}</>))
  const { onClose, shouldReconnect } = callbacks('ours')
  const current = await page.open(
    react(({ url }) => <>{useWebSocket(url, { onClose, reconnect: { shouldReconnect } }).status}</>),
  )
  old.unmount()
  current.unmount()
  await page.pass(60_000)
  expect([old.server.open, current.server.open]).toEqual([0, 0])
  expect(calls).toEqual(['theirs: onClose', 'theirs: shouldReconnect'])
})

test('a component that reads only the status does not render for messages', async () => {
  const renders = { theirs: 0, ours: 0 }
  const old = await page.open(
    react(({ url }) => {
      renders.theirs++
      return <p>{useTheirs(url).readyState === ReadyState.OPEN && 'online'}</p>
    }),
  )
  const current = await page.open(
    react(({ url }) => {
      renders.ours++
      return <p>{useWebSocket(url).status === 'open' && 'online'}</p>
    }),
  )
  const first = { ...renders }
  expect([old.status, current.status]).toEqual(['online', 'online'])
  for (const { server } of [old, current]) server.send(...Array.from({ length: 20 }, (_, index) => `${index}`))
  await page.pass(1000)
  expect([renders.theirs - first.theirs, renders.ours - first.ours]).toEqual([20, 0])
})

test('a message that waits for one URL is not sent to another one', async () => {
  const receivedByOther = async (Chat: ComponentType<{ url: string }>) => {
    const other = await page.open(() => () => undefined)
    let show: (url: string) => void = () => undefined
    const { server, click } = await page.open((url, container) => {
      const { rerender, unmount } = render(<Chat url={url} />, { container })
      show = (next) => rerender(<Chat url={next} />)
      return unmount
    })
    server.mode = 'refuse'
    server.reset()
    await page.settle()
    click()
    show(other.server.url)
    await page.until(() => other.server.open === 1)
    await page.pass(100)
    return other.server.received
  }
  expect(await receivedByOther(Before)).toEqual(['hello'])
  expect(await receivedByOther(After)).toEqual([])
})

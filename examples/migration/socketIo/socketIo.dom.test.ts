/** The page before and after the migration from socket.io, with both published servers on one HTTP server and a proxy that makes faults. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createFaultProxy } from '@holdfast/server/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startChat as startAfter } from './after.ts'
import { startChat as startBefore } from './before.ts'
import { startServers } from './servers.ts'

/** Opens both pages over one proxy. */
const open = async () => {
  vi.stubGlobal('WebSocket', WebSocket)
  const servers = startServers()
  let closeClient: (code: number, reason: string) => void = () => undefined
  servers.hub.on('connection', (connection) => {
    closeClient = (code, reason) => connection.close(code, reason)
  })
  servers.http.listen(0, '127.0.0.1')
  await once(servers.http, 'listening')
  const proxy = await createFaultProxy({ target: (servers.http.address() as AddressInfo).port })
  const pages = [startBefore, startAfter].map((start) => {
    const element = document.createElement('div')
    const stop = start(proxy.url, element)
    return {
      stop,
      click: () => element.querySelector('button')!.click(),
      get status() {
        return element.querySelector('p')!.textContent
      },
      get answer() {
        return element.querySelector('p')!.title
      },
      get lines() {
        return [...element.querySelectorAll('li')].map(({ textContent }) => textContent)
      },
    }
  })
  onTestFinished(async () => {
    for (const { stop } of pages) stop()
    await proxy.close()
    await servers.stop()
    vi.unstubAllGlobals()
  })
  const [old, current] = [pages[0]!, pages[1]!]
  const both = (status: string) => until(() => old.status === status && current.status === status)
  await both('online')
  return { servers, proxy, old, current, both, closeClient: (code: number) => closeClient(code, 'test') }
}

const until = async (condition: () => boolean): Promise<void> =>
  await expect.poll(condition, { interval: 5 }).toBe(true)

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `message ${from + index}`)

test('both show the same, on one HTTP server, in a script of twenty messages, two sends, a cut, a reset and an outage', async () => {
  const { servers, proxy, old, current, both } = await open()
  const expected: string[] = []
  const show = async (lines: string[]) => {
    expected.push(...lines)
    for (const line of lines) await servers.publish(line)
    await until(() => old.lines.length === expected.length && current.lines.length === expected.length)
    expect([old.lines, current.lines]).toEqual([expected, expected])
  }
  await show(numbers(1, 5))
  proxy.cut()
  await both('offline')
  await both('online')
  await show(numbers(6, 10))
  proxy.cut({ reset: true })
  await both('offline')
  await both('online')
  await show(numbers(11, 15))
  const heal = await proxy.add({ fault: 'refuse' })
  proxy.cut()
  await both('offline')
  await heal()
  await both('online')
  await show(numbers(16, 20))
  for (const page of [old, current]) {
    page.click()
    expected.push('hello')
    await until(() => page.answer === 'received')
  }
  await show([])
})

test('messages of an outage are replayed', async () => {
  const { servers, proxy, old, current, both } = await open()
  const heal = await proxy.add({ fault: 'refuse' })
  proxy.cut()
  await both('offline')
  await servers.publish('missed')
  await heal()
  await both('online')
  await servers.publish('later')
  await until(() => old.lines.includes('later') && current.lines.includes('later'))
  expect(old.lines).toEqual(['later'])
  expect(current.lines).toEqual(['missed', 'later'])
})

test('a message that is lost with its connection is sent again, and handled once', async () => {
  const { servers, proxy, old, current, both } = await open()
  const handled: string[] = []
  servers.io.on('connection', (socket) => socket.on('say', () => handled.push('socket.io')))
  servers.hub.on('message', () => void handled.push('hub'))
  const heal = await proxy.add({ fault: 'swallow', direction: 'toServer' })
  old.click()
  current.click()
  await proxy.seen('swallowed', 2)
  await heal()
  proxy.cut()
  await both('offline')
  await both('online')
  await until(() => current.answer === 'received')
  await servers.publish('later')
  await until(() => old.lines.includes('later') && current.lines.includes('later'))
  expect(handled).toEqual(['hub'])
  expect([old.answer, current.answer]).toEqual(['sending', 'received'])
  expect(current.lines).toEqual(['hello', 'later'])
})

test('a client that the server disconnects returns, unless the close code is final', async () => {
  const { servers, old, current, both, closeClient } = await open()
  servers.io.disconnectSockets()
  closeClient(4001)
  await both('offline')
  await until(() => current.status === 'online')
  closeClient(4500)
  await until(() => current.status === 'offline')
  // A client of socket.io stays away after each disconnect by its server.
  expect(old.status).toBe('offline')
})

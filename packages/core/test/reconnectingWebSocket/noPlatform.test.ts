/** Platforms without some of the globals. */

import { afterEach, expect, test, vi } from 'vitest'
import { createFakeClock, createFakeServer } from '../../src/testing/index.ts'

afterEach(() => vi.unstubAllGlobals())

/** Imports the module as on a platform without these globals. */
const importWithout = async (
  ...names: string[]
): Promise<typeof import('../../src/reconnectingWebSocket/index.ts')> => {
  for (const name of names) vi.stubGlobal(name, undefined)
  vi.resetModules()
  return import('../../src/reconnectingWebSocket/index.ts')
}

test('without EventTarget the import does not throw, and the constructor throws OptionError that names a polyfill', async () => {
  const { ReconnectingWebSocket } = await importWithout(
    'EventTarget',
    'Event',
    'MessageEvent',
    'CloseEvent',
    'ErrorEvent',
  )
  expect(() => new ReconnectingWebSocket('ws://test/')).toThrow(
    expect.objectContaining({ code: 'OptionError', message: expect.stringContaining('event-target-polyfill') }),
  )
})

test('without CloseEvent, ErrorEvent and MessageEvent, events have the same members and can be copied by their constructor', async () => {
  const server = createFakeServer({ auto: false })
  const clock = createFakeClock()
  const module = await importWithout('CloseEvent', 'ErrorEvent', 'MessageEvent')
  const socket = new module.ReconnectingWebSocket('ws://test/', [], {
    WebSocket: server.WebSocket,
    clock,
    environment: false,
    connectionTimeout: 100,
    maxRetries: 1,
  })
  const copies: Record<string, unknown>[] = []
  for (const type of ['message', 'error', 'close'])
    socket.addEventListener(type, (event) => {
      const Class = event.constructor as new (type: string, init: unknown) => Event
      const { data, code, message } = new Class(event.type, event) as Event & Record<string, unknown>
      copies.push({ type: event.type, value: data ?? code ?? message })
    })
  await clock.run(100)
  await clock.run(socket.client.get().retryAt! - clock.now())
  server.last.accept()
  server.last.send('text')
  server.last.close(4001)
  expect(copies).toEqual([
    { type: 'error', value: 'TIMEOUT' },
    { type: 'close', value: 1006 },
    { type: 'message', value: 'text' },
    { type: 'close', value: 4001 },
  ])
  expect(new module.CloseEvent('close') instanceof module.ErrorEvent).toBe(false)
  expect(new module.CloseEvent('close')).toMatchObject({ code: 0, reason: '', wasClean: false })
  socket.close()
  await clock.run(0)
})

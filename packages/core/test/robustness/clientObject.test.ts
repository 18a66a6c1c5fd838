/** What members do with a client besides calling it: take it apart, spread it, stand something before it, spy on it. */

import { describe, expect, test, vi } from 'vitest'
import { reactive } from 'vue'
import { createTestClient } from '../support/createTestClient.ts'

test('a function is the same each time it is asked for, and needs no `this`', () => {
  const { server, open } = createTestClient()
  const client = open()
  const { send, get } = client
  expect([send, get]).toEqual([client.send, client.get])
  expect(send('hello')).toBe('sent')
  expect([server.last.received, get().status]).toEqual([['hello'], 'open'])
})

describe.each<[what: string, take: <Client extends object>(client: Client) => Client]>([
  ['spread', (client) => ({ ...client })],
  ['inherited from', (client) => Object.create(client) as never],
  ['behind a proxy', (client) => new Proxy(client, {})],
  ['frozen', (client) => Object.freeze(client)],
])('a client that is %s', (_, take) => {
  test('works', () => {
    const { server, open } = createTestClient()
    const client = open()
    const taken = take(client)
    const messages: unknown[] = []
    taken.on('message', (message) => messages.push(message))
    server.last.send('a')
    expect([taken.send('b'), server.last.received, messages]).toEqual(['sent', ['b'], ['a']])
    expect([taken.url, taken.socket, 'send' in taken]).toEqual([client.url, client.socket, true])
    taken.dispose()
    expect(client.get().status).toBe('closed')
  })
})

test('a function of it may be replaced, on the client or on what inherits from it, and nobody else is concerned', () => {
  const { open } = createTestClient()
  const [client, other] = [open(), open()]
  const heir = Object.create(client) as typeof client
  heir.send = () => 'dropped'
  expect([heir.send('a'), client.send('a')]).toEqual(['dropped', 'sent'])
  client.send = () => 'queued'
  expect([client.send('a'), other.send('a')]).toEqual(['queued', 'sent'])
})

test.each(['before', 'after'])('spied on, %s it was asked for, it is called all the same', (when) => {
  const { server, open } = createTestClient()
  const client = open()
  if (when === 'after') void client.send
  const spy = vi.spyOn(client, 'send')
  expect([client.send('hello'), spy.mock.calls, server.last.received]).toEqual(['sent', [['hello']], ['hello']])
  spy.mockReturnValue('dropped')
  expect(client.send('again')).toBe('dropped')
})

test('`reactive` of Vue leaves it as it is', () => {
  const { open } = createTestClient()
  const client = open()
  expect(reactive({ client }).client).toBe(client)
})

/** The client as an object: destructured, spread, inherited from, proxied, frozen and spied on. */

import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { reactive } from 'vue'
import { createTestClient } from '../support/createTestClient.ts'

test('a method is the same function on each read, and needs no `this`', () => {
  const { server, open } = createTestClient()
  const client = open()
  const { send, get } = client
  expect([send, get]).toEqual([client.send, client.get])
  expect(send('hello')).toBe('sent')
  expect([server.last.received, get().status]).toEqual([['hello'], 'open'])
})

describe.each<[how: string, transform: <Client extends object>(client: Client) => Client]>([
  ['spread', (client) => ({ ...client })],
  ['inherited from', (client) => Object.create(client) as never],
  ['behind a proxy', (client) => new Proxy(client, {})],
  ['frozen', (client) => Object.freeze(client)],
])('a client that is %s', (_, transform) => {
  test('sends, receives and disposes like the client itself', () => {
    const { server, open } = createTestClient()
    const client = open()
    const transformed = transform(client)
    const messages: unknown[] = []
    transformed.on('message', (message) => messages.push(message))
    server.last.send('a')
    expect([transformed.send('b'), server.last.received, messages]).toEqual(['sent', ['b'], ['a']])
    expect([transformed.url, transformed.socket, 'send' in transformed]).toEqual([client.url, client.socket, true])
    transformed.dispose()
    expect(client.get().status).toBe('closed')
  })
})

test('a method may be replaced on a client or on an object that inherits from it, without effect on other clients', () => {
  const { open } = createTestClient()
  const [client, other] = [open(), open()]
  const derived = Object.create(client) as typeof client
  derived.send = () => 'dropped'
  expect([derived.send('a'), client.send('a')]).toEqual(['dropped', 'sent'])
  client.send = () => 'queued'
  expect([client.send('a'), other.send('a')]).toEqual(['queued', 'sent'])
})

test.each(['before', 'after'])('vi.spyOn() works on a method, also %s its first read', (when) => {
  const { server, open } = createTestClient()
  const client = open()
  if (when === 'after') void client.send
  const spy = vi.spyOn(client, 'send')
  expect([client.send('hello'), spy.mock.calls, server.last.received]).toEqual(['sent', [['hello']], ['hello']])
  spy.mockReturnValue('dropped')
  expect(client.send('again')).toBe('dropped')
})

test('`reactive()` of Vue does not wrap a client', () => {
  const { open } = createTestClient()
  const client = open()
  expect(reactive({ client }).client).toBe(client)
})

test('the getters of a client can be spied on', () => {
  const { open } = createTestClient()
  const client = open()
  const url = vi.spyOn(client, 'url', 'get').mockReturnValue('ws://mocked/')
  expect([client.url, url.mock.calls.length]).toEqual(['ws://mocked/', 1])
})

test('printing a client shows neither its URL nor its options, which may contain secrets', () => {
  const { open } = createTestClient()
  const client = open({ protocols: ['SECRET'] }, 'ws://test/?token=SECRET')
  const { url, socket, ...rest } = client
  expect([url, socket]).toEqual(['ws://test/?token=SECRET', client.socket])
  expect(inspect(client, { depth: 9, getters: false })).not.toContain('SECRET')
  expect(inspect(rest, { depth: 9 })).not.toContain('SECRET')
})

test('the functions of a client stay the same', () => {
  const { connect } = createTestClient()
  const client = connect({}, null)
  const names = Object.keys(client).filter((name) => typeof client[name as 'send'] === 'function') as 'send'[]
  expect(names).toContain('opened')
  expect(names.map((name) => client[name] === client[name])).toEqual(names.map(() => true))
})

/** `send` when no connection follows: the message is dropped, so that it cannot go out later, perhaps for another user. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

describe('send() drops the message with the reason closed', () => {
  const expectDropped = (
    client: Pick<ReturnType<ReturnType<typeof createTestClient>['connect']>, 'send' | 'on' | 'get'>,
  ) => {
    const drops = recordEvents(client as never, 'drop')
    expect(client.send('secret')).toBe('dropped')
    expect([drops, client.get().queued]).toEqual([[{ message: 'secret', reason: 'closed' }], 0])
  }

  test('after close(), also during the closing handshake, and open() sends nothing of it', () => {
    const { server, open } = createTestClient()
    const client = open()
    client.close()
    expectDropped(client)
    server.last.finish()
    expect(client.send('secret')).toBe('dropped')
    client.open()
    server.last.accept()
    expect(server.last.received).toEqual([])
    server.last.drop()
    expect(client.send('expected again')).toBe('queued')
  })

  test('after a final close code', () => {
    const { server, open } = createTestClient()
    const client = open()
    server.last.close(1008)
    expectDropped(client)
  })

  test('after the last attempt', () => {
    const { server, open } = createTestClient()
    const client = open({ reconnect: { maxAttempts: 0 } })
    server.last.drop()
    expectDropped(client)
  })

  test('without a URL', async () => {
    const { clock, connect } = createTestClient()
    expectDropped(connect({}, null))
    const client = connect({}, () => null)
    await clock.run(0)
    expectDropped(client)
  })

  test('in a listener of close() or stop', () => {
    const { server, open } = createTestClient()
    const client = open({ reconnect: false })
    const results: string[] = []
    client.on('close', () => results.push(client.send('a')))
    client.on('stop', () => results.push(client.send('b')))
    server.last.drop()
    expect(results).toEqual(['dropped', 'dropped'])
  })

  test('in a listener that calls open() and then close()', () => {
    const { server, open } = createTestClient()
    const client = open()
    client.on('stop', () => {
      client.open()
      client.close()
      expectDropped(client)
    })
    const results = recordEvents(client, 'drop')
    server.last.close(1000)
    expect([results.length, client.get().status]).toEqual([1, 'closed'])
  })
})

describe('send() queues because a connection is expected', () => {
  test('before the first open() of a client that waits for it, or for its first user', () => {
    const { server, connect } = createTestClient()
    const waiting = connect({ immediate: false })
    const lazy = connect({ lazy: true })
    expect([waiting.send('a'), lazy.send('b')]).toEqual(['queued', 'queued'])
    waiting.open()
    lazy.retain()
    for (const connection of server.connections) connection.accept()
    expect(server.connections.map(({ received }) => received)).toEqual([['a'], ['b']])
  })

  test('while shouldReconnect is pending, and while the page is away', () => {
    const { server, page, open } = createTestClient()
    const deciding = open({ reconnect: { shouldReconnect: () => new Promise<boolean>(() => {}) } })
    server.last.drop()
    const away = open()
    page.emit('hide')
    expect([deciding.send('a'), away.send('b')]).toEqual(['queued', 'queued'])
  })

  test('after open() in a listener of the event that ended the connection', () => {
    for (const type of ['status', 'close', 'stop'] as const) {
      const { server, open } = createTestClient()
      const client = open()
      const results: unknown[] = []
      client.on(type, () => {
        if (client.get().status !== 'closed') return
        client.open()
        results.push(client.send('again'))
      })
      server.last.close(1000)
      server.last.accept()
      expect([results, server.last.received]).toEqual([['queued'], ['again']])
    }
  })

  test('after close() and open() in a listener', () => {
    const { server, connect } = createTestClient()
    let result: unknown
    const client = connect({
      onOpen: ({ reconnected }) => {
        if (reconnected) return
        client.close()
        client.open()
        result = client.send('again')
      },
    })
    server.last.accept()
    server.last.accept()
    expect([result, server.last.received]).toEqual(['queued', ['again']])
  })

  test('after the last user of a lazy client has gone, for the next one', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ lazy: true })
    client.retain()()
    clock.advance(1000)
    expect([client.get().status, client.send('a')]).toEqual(['closed', 'queued'])
    client.retain()
    server.last.accept()
    expect(server.last.received).toEqual(['a'])
  })
})

test('close() before the first open() drops what is queued, and later messages too', () => {
  const { connect } = createTestClient()
  const client = connect({ immediate: false })
  expect(client.send('a')).toBe('queued')
  client.close()
  expect([client.get().queued, client.send('b')]).toEqual([0, 'dropped'])
  client.open()
  expect(client.send('c')).toBe('queued')
})

/** What a missing reply does not prove: uploads, slow first messages, and servers that never reply. */

import { describe, expect, test } from 'vitest'
import type { HoldfastError } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'
import { recordEvents } from '../support/recordEvents.ts'

const heartbeat = { interval: 1000, timeout: 1000 }

describe('the deadline of a ping behind an upload', () => {
  test('is extended while the send buffer in front of it becomes smaller', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    server.last.bufferedAmount = 23_000_000
    for (let left = 23_000_000; left >= 0; left -= 1_000_000) {
      clock.advance(500)
      server.last.bufferedAmount = left
    }
    expect(client.get().status).toBe('open')
    server.last.send('pong')
    clock.advance(1500)
    expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  })

  test('is extended although more data is sent meanwhile', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    server.last.bufferedAmount = 5_000_000
    clock.advance(1000)
    for (let n = 0; n < 9; n++) {
      client.send(new ArrayBuffer(2_000_000))
      server.last.bufferedAmount += 2_000_000 - 500_000
      clock.advance(1000)
    }
    expect(client.get().status).toBe('open')
  })

  test('ends when the buffer stays as it is', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    server.last.bufferedAmount = 23_000_000
    clock.advance(1000)
    server.last.bufferedAmount = 22_000_000
    clock.advance(1000) // extended once
    clock.advance(1000)
    expect(client.get().lastClose?.cause).toBe('heartbeat')
  })

  test('is not extended by data that is sent after the ping into a dead connection', () => {
    const { clock, open } = createTestClient()
    const client = open({ heartbeat })
    for (let n = 0; n < 20; n++) {
      client.send('into the buffers of the operating system')
      clock.advance(100)
    }
    expect(client.get().lastClose?.cause).toBe('heartbeat')
  })
})

describe('a connection that ends by heartbeat before its first frame', () => {
  test('doubles the next deadline, up to eight times, so that a slow first message can arrive', () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat })
    server.last.send('the first message')
    clock.advance(1000)
    server.last.send('pong')
    const lives: number[] = []
    for (let n = 0; n < 6; n++) {
      const start = clock.now()
      while (client.get().status === 'open') clock.advance(100)
      lives.push(clock.now() - start)
      advanceToRetry(client)
      server.last.accept()
    }
    expect(lives).toEqual([2000, 2000, 3000, 5000, 9000, 9000])
    server.last.send('the first message')
    const start = clock.now()
    while (client.get().status === 'open') clock.advance(100)
    expect(clock.now() - start).toBe(2000)
  })
})

describe('a server that never replies', () => {
  const start = (options = {}) => {
    const setup = createTestClient()
    const client = setup.open({ heartbeat: true, ...options })
    const errors = recordEvents(client, 'error')
    const endByHeartbeat = (): void => {
      while (client.get().status === 'open') setup.clock.advance(1000)
      expect(client.get().lastClose?.cause).toBe('heartbeat')
    }
    const connectAgain = (): void => {
      setup.advanceToRetry(client)
      setup.server.last.accept()
    }
    return { ...setup, client, errors, endByHeartbeat, connectAgain }
  }

  test('keeps its third connection, with one error that names what was sent and expected', () => {
    const { clock, client, server, errors, endByHeartbeat, connectAgain } = start()
    for (let n = 0; n < 2; n++) {
      endByHeartbeat()
      connectAgain()
    }
    clock.advance(3_600_000)
    expect([client.get().status, server.connections.length]).toEqual(['open', 3])
    const unanswered = errors.filter((error) => (error as HoldfastError).code === 'HEARTBEAT_UNANSWERED')
    expect(unanswered).toHaveLength(1)
    expect(String(unanswered[0])).toMatch(/sent "ping", expected "pong".*nothing.*heartbeat\.message.*isReply/)
    // It still sends pings, at the same rate.
    expect(server.last.received.length).toBeGreaterThan(140)
    expect(server.last.received.length).toBeLessThanOrEqual(144)
  })

  test('is watched again once it has replied', () => {
    const { clock, client, server, endByHeartbeat, connectAgain } = start()
    for (let n = 0; n < 2; n++) {
      endByHeartbeat()
      connectAgain()
    }
    clock.advance(600_000)
    server.last.send('pong')
    endByHeartbeat()
    for (let n = 0; n < 4; n++) {
      connectAgain()
      endByHeartbeat()
    }
    expect(client.get().status).toBe('reconnecting')
  })

  test('is not assumed after a failed dial, a lost connection, or a reply', () => {
    for (const between of ['refuse', 'drop', 'reply'] as const) {
      const { clock, server, client, endByHeartbeat, connectAgain, advanceToRetry } = start()
      endByHeartbeat()
      if (between === 'refuse') {
        advanceToRetry(client)
        server.last.refuse()
      }
      connectAgain()
      if (between === 'reply') {
        clock.advance(25_000)
        server.last.send('pong')
      }
      if (between === 'drop') {
        server.last.drop()
        connectAgain()
      }
      endByHeartbeat()
      connectAgain()
      endByHeartbeat()
    }
  })

  test('without a pattern for the reply is one that sends no message after a ping', () => {
    const { server, client, clock, endByHeartbeat, connectAgain } = start({ heartbeat: { message: 'hello?' } })
    clock.advance(25_000)
    server.last.send('anything')
    for (let n = 0; n < 4; n++) {
      endByHeartbeat()
      connectAgain()
    }
    expect(client.get().status).toBe('open')
  })
})

test('HeartbeatTimeoutError names what was sent, what was expected, and the silence', () => {
  const { clock, open } = createTestClient()
  const errors = recordEvents(open({ heartbeat: { message: 'hey', isReply: (message) => message === 'ho' } }), 'error')
  clock.advance(35_000)
  expect(String(errors[0])).toBe(
    'HeartbeatTimeoutError: sent "hey", expected the function isReply, but received nothing for 35000 ms',
  )
})

/** A server that sends all the time and wants to receive something, too. */

import { expect, inject, onTestFinished, test } from 'vitest'
import { createWebSocket } from '../../src/index.ts'

test('a client that receives messages all the time still sends its pings, so the server keeps the connection', async () => {
  const client = createWebSocket(`${inject('echoUrl')}/ticks?every=50&silence=3000`, {
    heartbeat: { interval: 300, timeout: 3000 },
  })
  onTestFinished(() => client.dispose())
  const ended = new Promise((resolve) => client.on('close', resolve))
  let replies = 0
  // 12 replies take longer than the silence that the server allows.
  const answered = new Promise((resolve) => client.on('latency', () => ++replies === 12 && resolve('answered')))
  expect(await Promise.race([answered, ended])).toBe('answered')
  expect(client.get().received).toBeGreaterThan(12)
})

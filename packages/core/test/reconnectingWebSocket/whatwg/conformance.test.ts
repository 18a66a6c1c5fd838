/** OneShotWebSocket in Node, over the class of `ws`. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import * as ours from '../../../src/reconnectingWebSocket/index.ts'
import { recordingSockets } from '../../browser/support/recordingSockets.ts'
import { type EchoServer, startEchoServer } from '../../support/echoServer.ts'
import { type Endpoint, createSubject } from './cases.ts'
import { nodeDeviations } from './deviations.ts'
import { sections } from './sections.ts'

let echo: EchoServer
const recording = recordingSockets()
const endpoints = createServer().on('upgrade', recording.upgrade)

beforeAll(async () => {
  echo = await startEchoServer()
  endpoints.listen(0, '127.0.0.1')
  await once(endpoints, 'listening')
})

afterAll(async () => {
  recording.close()
  endpoints.close()
  await echo.close()
})

const createEndpoint = (): Endpoint => {
  const name = crypto.randomUUID()
  return {
    url: `ws://127.0.0.1:${(endpoints.address() as AddressInfo).port}/${name}`,
    command: async (command) => recording.execute({ ...command, name }),
    read: async () => structuredClone(recording.execute({ do: 'read', name })!),
  }
}

const classes = { WebSocket: ours.OneShotWebSocket.with({ WebSocket: WsWebSocket }), CloseEvent: ours.CloseEvent }

describe('OneShotWebSocket over ws', () => {
  for (const [section, cases] of Object.entries(sections)) {
    describe(section, () => {
      for (const { title, expected, observe } of cases) {
        const deviation = nodeDeviations[title]
        test(deviation ? `${title} (deviation: ${deviation.reason})` : title, async () => {
          const { subject, end } = createSubject(classes as never, { echo: echo.url, createEndpoint })
          onTestFinished(end)
          const observed = await (async () => observe(subject))().catch((error: Error) => error.name)
          expect(observed).toEqual(deviation ? deviation.platform : expected)
        })
      }
    })
  }
})

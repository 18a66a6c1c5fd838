/** The libraries that connect again by themselves and close the old socket: they get the wrong class, which reconnects too. */

import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { libraries } from './support/libraries.ts'
import { createLink } from './support/link.ts'
import { furtherDials, usePlatform } from './support/platform.ts'
import { TEST_TIMES } from './support/testTimes.ts'
import { createInbox } from './support/testServer.ts'

vi.mock('@holdfast/core/reconnecting-websocket', async (original) => {
  const { ReconnectingWebSocket } = await original<typeof import('@holdfast/core/reconnecting-websocket')>()
  return { OneShotWebSocket: ReconnectingWebSocket.with({ minReconnectionDelay: 20 }), ReconnectingWebSocket }
})
usePlatform()
afterAll(() => vi.unstubAllGlobals())

/**
 * The most connections at once. nats.ws closes a socket whose dial has failed only when it dials again. Until then this class dials too, and
 * its connection may still be closing when that of nats.ws opens.
 */
const peaks: Record<string, number> = { yWebSocket: 1, hocuspocus: 1, mqtt: 1, phoenix: 1, centrifuge: 1, natsWs: 2 }

describe.each(libraries.filter(({ name }) => name in peaks))('$name', (library) => {
  test.skipIf(library.isMissing)('keeps one connection also with ReconnectingWebSocket, and closes it', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const server = await library.startServer()
    onTestFinished(async () => void (await server.close()))
    const link = await createLink(server.port)
    onTestFinished(() => link.close())
    const received = createInbox()
    const { close } = await library.connect(link.url, received.push, TEST_TIMES)
    await Promise.all([server.setText('first'), received.has('first')])

    link.breakDown()
    await furtherDials(link.url, 4)
    link.repair()
    await Promise.all([server.setText('second'), received.has('second')])
    await link.until(({ connections }) => connections === 1)
    expect(link.peak).toBeLessThanOrEqual(peaks[library.name]!)
    await close()
    await link.until(({ connections }) => connections === 0)
  })
})

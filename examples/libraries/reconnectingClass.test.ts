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

// nats.ws may have two connections for a moment.
const names = ['yWebSocket', 'hocuspocus', 'mqtt', 'phoenix', 'centrifuge']

describe.each(libraries.filter(({ name }) => names.includes(name)))('$name', (library) => {
  test.skipIf(library.isMissing)('has one connection also with ReconnectingWebSocket, and closes it', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const server = await library.startServer()
    onTestFinished(async () => void (await server.close()))
    const link = await createLink(server.port)
    onTestFinished(() => link.close())
    const received = createInbox()
    const { close } = await library.connect(link.url, received.push, TEST_TIMES)
    await Promise.all([server.setText('first'), received.has('first')])

    await link.breakDown()
    await furtherDials(link.url, 4)
    await link.repair()
    await Promise.all([server.setText('second'), received.has('second')])
    expect(link).toMatchObject({ connections: 1, peak: 1 })
    await close()
    await link.until(({ connections }) => connections === 0)
  })
})

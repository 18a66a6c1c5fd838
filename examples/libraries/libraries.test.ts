/** Each example with the published library, a server of its protocol, and a link that fails. */

import { type TestContext, afterAll, describe, test, vi } from 'vitest'
import { type Connection, type Library, libraries } from './support/libraries.ts'
import { type Link, createLink } from './support/link.ts'
import { dialsOf, furtherDials, usePlatform } from './support/platform.ts'
import { QUICK_HEARTBEAT, TEST_TIMES } from './support/testTimes.ts'
import { type Inbox, type TestServer, createInbox } from './support/testServer.ts'

usePlatform()
afterAll(() => vi.unstubAllGlobals())

interface Client {
  readonly link: Link
  readonly received: Inbox
  readonly setText: Connection['setText']
  close(): Promise<void>
}

const startServer = async ({ startServer }: Library, { onTestFinished }: TestContext): Promise<TestServer> => {
  const server = await startServer()
  onTestFinished(async () => void (await server.close()))
  return server
}

/** A client with a link of its own that has exchanged the text with the server. */
const connect = async (
  library: Library,
  server: TestServer,
  { onTestFinished }: TestContext,
  { text = 'first', times = TEST_TIMES } = {},
): Promise<Client> => {
  const link = await createLink(server.port)
  onTestFinished(() => link.close())
  const received = createInbox()
  const connection = await library.connect(link.url, received.push, times)
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= Promise.resolve(connection.close()).then(() => undefined))
  onTestFinished(close)
  const client: Client = { link, received, setText: connection.setText, close }
  await exchange(server, client, text)
  return client
}

/** The text reaches the client, and another one the server if the example sends. */
const exchange = async (server: TestServer, client: Client, text: string): Promise<void> => {
  await Promise.all([server.setText(text), client.received.has(text)])
  client.setText?.(`${text} of the client`)
  await server.received?.has(`${text} of the client`)
}

describe.concurrent.each(libraries)('$name', (library) => {
  test.skipIf(library.isMissing)('receives and sends again after each of three resets', async (context) => {
    const server = await startServer(library, context)
    const client = await connect(library, server, context)
    for (const text of ['second', 'third', 'fourth']) {
      client.link.reset()
      await exchange(server, client, text)
    }
    context.expect(client.link).toMatchObject({ connections: 1, peak: 1, dials: 4 })
  })

  test.skipIf(library.isMissing)('receives and sends after an outage what was set meanwhile', async (context) => {
    const server = await startServer(library, context)
    const client = await connect(library, server, context)

    client.link.breakDown()
    const isSet = server.setText('set during the outage')
    await furtherDials(client.link.url, 3)
    client.link.repair()
    await Promise.all([isSet, client.received.has('set during the outage')])

    if (client.setText) {
      client.link.breakDown()
      client.setText('sent during the outage')
      await furtherDials(client.link.url, 3)
      client.link.repair()
      await server.received!.has('sent during the outage')
    }
    await exchange(server, client, 'last')
    context.expect(client.link).toMatchObject({ connections: 1, peak: 1 })
  })

  test.skipIf(library.isMissing)('leaves a half-open connection and opens another one', async (context) => {
    const server = await startServer(library, context)
    const client = await connect(library, server, context, { times: QUICK_HEARTBEAT })
    client.link.stall()
    context.expect(client.link.connections).toBe(0)
    await exchange(server, client, 'second')
    context.expect(client.link).toMatchObject({ connections: 1, peak: 1 })
  })

  test.skipIf(library.isMissing)('leaves no connection after it was closed', async (context) => {
    const server = await startServer(library, context)
    const client = await connect(library, server, context)
    await client.close()
    await client.link.until(({ connections }) => connections === 0)
  })

  test.skipIf(library.isMissing)('does not dial again after it was closed during an outage', async (context) => {
    const server = await startServer(library, context)
    const client = await connect(library, server, context)
    const other = await connect(library, server, context, { text: 'second' })
    const links = [client.link, other.link]
    for (const link of links) link.breakDown()
    await Promise.all(links.map((link) => furtherDials(link.url, 1)))
    await client.close()
    const dials = dialsOf(client.link.url)
    await furtherDials(other.link.url, 3) // the delays of a closed client would have ended too
    for (const link of links) link.repair()
    await exchange(server, other, 'last')
    context.expect(dialsOf(client.link.url)).toBe(dials)
    context.expect(client.link.connections).toBe(0)
  })
})

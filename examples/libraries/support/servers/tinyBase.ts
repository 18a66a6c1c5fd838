import { createMergeableStore } from 'tinybase'
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client'
import { createWsServer } from 'tinybase/synchronizers/synchronizer-ws-server'
import { connect } from '../../tinyBase.ts'
import { type TestServer, createInbox, listen } from '../testServer.ts'
import { QUICK_HEARTBEAT, TEST_TIMES } from '../testTimes.ts'

/** The server only relays, so the text is that of another client, which is connected directly. */
export const startServer = async (): Promise<TestServer> => {
  const { wss, port, close } = await listen()
  const server = createWsServer(wss)
  const received = createInbox()
  const url = `ws://127.0.0.1:${port}`
  // A client that is alone waits until its request has timed out. This one answers the first request.
  const other = await createWsSynchronizer(createMergeableStore(), new WebSocket(`${url}/news`))
  await other.startAutoSave()
  const client = await connect(url, received.push, TEST_TIMES)
  await other.destroy() // because it does not accept the heartbeat
  const beat = setInterval(() => {
    for (const socket of wss.clients) socket.send('alive')
  }, QUICK_HEARTBEAT.interval / 2)
  return {
    port,
    received,
    setText: client.setText,
    async close() {
      clearInterval(beat)
      await client.close()
      await Promise.all([server.destroy(), close()])
    },
  }
}

import { createWsServer } from 'tinybase/synchronizers/synchronizer-ws-server'
import { connect } from '../../tinyBase.ts'
import { type TestServer, createInbox, listen } from '../testServer.ts'
import { QUICK_HEARTBEAT, TEST_TIMES } from '../testTimes.ts'

/** The server only relays, so the text is that of another client, which is connected directly. */
export const startServer = async (): Promise<TestServer> => {
  const { wss, port, close } = await listen()
  const server = createWsServer(wss)
  const beat = setInterval(() => {
    for (const socket of wss.clients) socket.send('alive')
  }, QUICK_HEARTBEAT.interval / 2)
  const received = createInbox()
  const client = await connect(`ws://127.0.0.1:${port}`, received.push, TEST_TIMES)
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

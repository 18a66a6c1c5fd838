import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { StringCodec, connect } from 'nats.ws'
import { WebSocket } from 'ws'
import { findNatsServer } from '../../../../scripts/serverTools.mjs'
import type { TestServer } from '../testServer.ts'
import { QUICK_HEARTBEAT } from '../testTimes.ts'

/** -1 means any free port. */
const CONFIG = `
listen: "127.0.0.1:-1"
websocket { listen: "127.0.0.1:-1", no_tls: true }
`

export const startServer = async (): Promise<TestServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-nats-'))
  const config = join(folder, 'nats.conf')
  await writeFile(config, CONFIG)
  const child = spawn(findNatsServer()!, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exit = once(child, 'close')
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const match = /websocket clients on ws:\/\/127\.0\.0\.1:(\d+)/.exec(line)
      if (match) resolve(Number(match[1]))
    })
    void exit.then(([code]) => reject(new Error(`nats-server has ended with ${code}`)))
  })
  const options = {
    servers: `ws://127.0.0.1:${port}`,
    wsFactory: async (address: string) => ({ socket: new WebSocket(address), encrypted: false }),
  }
  const publisher = await connect(options)
  const { encode } = StringCodec()
  return {
    port,
    /** NATS keeps no message for later subscribers, so the text is sent until a client has answered. */
    async setText(text) {
      let isAnswered = false
      while (!isAnswered && !publisher.isClosed()) {
        isAnswered = await publisher.request('news', encode(text), { timeout: QUICK_HEARTBEAT.timeout }).then(
          () => true,
          () => false,
        )
      }
    },
    async close() {
      await publisher.close()
      child.kill('SIGTERM')
      await exit
      await rm(folder, { recursive: true, force: true })
    },
  }
}

#!/usr/bin/env node
/** `npx @holdfast/server`: a hub for development. Options come from the command line, commands from standard input. */

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { COMMANDS, startDevServer } from './devServer.ts'
import { redisStore } from './store/redis/redisStore.ts'
import type { Store } from './store/store.ts'

const HELP = `Usage: holdfast-server [options]

A hub for development. It sends each message back to its sender, but publishes messages of the
channel "chat" in the stream "chat". A request is answered with its own content. Plain clients
are joined to the chat.

  --port PORT   the port (default 8080; 0 selects a free one)
  --host HOST   the address to listen at (default 127.0.0.1)
  --redis URL   store streams and sessions in Redis: redis://localhost:6379 (needs the package redis)
  --faults      allow the commands that make faults
  --help        print this text

Commands, one per line:

${COMMANDS}`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      redis: { type: 'string' },
      faults: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port: expected 0 to 65535, got ${values.port}`)
  const store = values.redis === undefined ? undefined : await openRedisStore(values.redis)
  const server = await startDevServer({
    port,
    host: values.host,
    faults: values.faults,
    ...(store && { store }),
  }).catch(async (error: unknown) => {
    await store?.close()
    throw error
  })
  console.log(`Listening at ${server.url}`)
  server.hub.on('connection', ({ id, sessionId, plain }) =>
    console.log(plain ? `+ ${id} plain` : `+ ${id} session ${sessionId}`),
  )
  server.hub.on('close', ({ id }, { code }) => console.log(`- ${id} ${code}`))
  server.hub.on('drop', (connection, { code, reason }) => console.log(`! ${connection?.id ?? ''} ${code} ${reason}`))
  server.hub.on('error', (error) => console.error(error.message))

  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    if (!line.trim()) return
    server.command(line).then(
      (answer) => console.log(answer ?? COMMANDS),
      (error: unknown) => console.error((error as Error).message),
    )
  })
  // The server keeps running when the input ends, because it may have been started without one.
  const stop = (): void => {
    lines.close()
    server.close().catch((error: unknown) => console.error(error))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

async function openRedisStore(url: string): Promise<Store> {
  const { createClient } = await import('redis').catch(() => {
    throw new Error('--redis needs the package redis: npm install redis')
  })
  const store = redisStore(createClient({ url }))
  await store.ready.catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  return store
}

main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})

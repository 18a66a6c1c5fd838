/** Reports of processes that do not end. The client is bundled from its source and runs in a process of its own. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EchoServer, startEchoServer } from '../../support/echoServer.ts'

let folder: string
let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer()
  folder = await mkdtemp(join(tmpdir(), 'holdfast-process-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, '../../../src/index.ts'),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'core.mjs' } },
    },
  })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

/** All timers of the client are so long that the process does not end if one is left. */
const program = (core: string, code: string): string => `
  import { WebSocket } from 'ws'
  import { createWebSocket } from '${core}'
  const HOUR = 3_600_000
  const options = { WebSocket, connectTimeout: HOUR, heartbeat: { interval: HOUR }, reconnect: { delay: () => HOUR } }
  ${code}
`

test.each([
  ['after close()', 'const client = createWebSocket(url, options); await client.opened(); client.close()'],
  ['after dispose() in a dial without an answer', 'createWebSocket(url + "/hang", options).dispose()'],
  [
    'after dispose() in a wait',
    'const client = createWebSocket(url + "/refuse", options); client.on("retry", () => client.dispose())',
  ],
  ['with a lazy client that is not used', 'createWebSocket(url, { ...options, lazy: true })'],
])('(deno#7457) a process ends by itself %s', async (_, code) => {
  const text = program(pathToFileURL(join(folder, 'core.mjs')).href, `const url = '${server.url}'; ${code}`)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: import.meta.dirname, // where `ws` is found
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  try {
    expect(await once(child, 'exit')).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
})

// For the end-to-end tests: starts the playground as `npm start` does, in a separate process on a free port.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ServerStats } from '../server/playgroundServer.ts'

/** A running playground. */
export interface RunningPlayground {
  url: string
  stats(): Promise<ServerStats>
  /** Posts to the control channel. Throws if the response is an error. */
  control(command: string, body?: object): Promise<void>
  /** Sends SIGTERM and returns the exit code. */
  stop(): Promise<number | null>
}

const start = fileURLToPath(new URL('../start.mjs', import.meta.url))

/** Starts it and waits for its URL. Port and built page are its own, so several may run at the same time. Extra arguments go to `start.mjs`. */
export async function startPlayground(...args: string[]): Promise<RunningPlayground> {
  // Vite must not inherit the NODE_ENV of Vitest.
  const { NODE_ENV: _, ...env } = process.env
  const child = spawn(process.execPath, [start, '--port', '0', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await firstUrl(child)

  return {
    url,
    stats: async () => (await fetch(`${url}control/stats`)).json() as Promise<ServerStats>,
    async control(command, body = {}) {
      const response = await fetch(`${url}control/${command}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`${command}: ${response.status} ${await response.text()}`)
    },
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      return (await exit)[0] as number | null
    },
  }
}

async function firstUrl(child: ChildProcess): Promise<string> {
  if (child.stdout) {
    for await (const line of createInterface(child.stdout)) {
      const url = /http:\/\/\S+/.exec(line)?.[0]
      // The rest of the output is discarded: a full pipe would block the server.
      if (url) return (child.stdout.resume(), url)
    }
  }
  throw new Error('The playground ended without a URL.')
}

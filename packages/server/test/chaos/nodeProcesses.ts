/** Nodes as separate processes, bundled from the sources, that a test can start, kill and freeze. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export interface NodeProcess {
  readonly stream: string
  /** The port of the current process, or of the last one. */
  readonly port: number
  /** Messages that arrived again and were recognised by the application. */
  readonly again: number
  /** The errors that the hub has emitted. */
  readonly errors: readonly string[]
  start(): Promise<void>
  /** Sends SIGKILL. Resolves when the process has ended. */
  kill(): Promise<void>
  /** Sends SIGSTOP: the connections stay open, but nothing answers. */
  freeze(): void
  thaw(): void
  /** Publishes from now on, and after each start. */
  go(): void
  /** Stops publishing. Resolves to the last number. */
  stop(): Promise<number>
}

export interface NodeProcessOptions {
  /** The URL of the Redis server of the hub. @default location */
  store?: string
  /** @default 500 ms each */
  heartbeat?: { interval: number; timeout: number }
}

export interface NodeProcesses {
  /** @param location of the application's data: a folder, or the URL of a Redis server */
  create(stream: string, location: string, options?: NodeProcessOptions): NodeProcess
  /** Kills all processes and removes the bundle. */
  end(): Promise<void>
}

export async function createNodeProcesses(): Promise<NodeProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-chaos-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] },
    build: {
      ssr: fileURLToPath(new URL('chaosNode.ts', import.meta.url)),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'node.mjs' } },
    },
  })
  const nodes: NodeProcess[] = []
  return {
    create(stream, location, options = {}) {
      const node = createNodeProcess(join(folder, 'node.mjs'), stream, [location, JSON.stringify(options)])
      nodes.push(node)
      return node
    },
    async end() {
      await Promise.all(nodes.map((node) => node.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function createNodeProcess(script: string, stream: string, given: readonly string[]): NodeProcess {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined
  let port = 0
  let again = 0
  let isPublishing = false
  const errors: string[] = []
  let onPublished: ((last: number) => void) | undefined

  async function start(): Promise<void> {
    const args = [script, stream, ...given, ...(isPublishing ? ['go'] : [])]
    const started = (child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    started.stdin.on('error', () => undefined) // the process may have been killed
    await new Promise<void>((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`a node has ended with ${code} before it listened`)))
      createInterface({ input: started.stdout }).on('line', (line) => {
        const [word, rest] = [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]
        if (word === 'again') again++
        if (word === 'error') errors.push(rest)
        if (word === 'published') onPublished?.(Number(rest))
        if (word !== 'port') return
        port = Number(rest)
        resolve()
      })
    })
  }
  return {
    stream,
    get port() {
      return port
    },
    get again() {
      return again
    },
    errors,
    start,
    async kill() {
      const killed = child
      child = undefined
      if (!killed || killed.exitCode !== null || killed.signalCode !== null) return
      const exit = once(killed, 'exit')
      killed.kill('SIGKILL')
      await exit
    },
    freeze: () => {
      child?.kill('SIGSTOP')
    },
    thaw: () => {
      child?.kill('SIGCONT')
    },
    go() {
      isPublishing = true
      child?.stdin.write('go\n')
    },
    stop: () =>
      new Promise((resolve) => {
        onPublished = resolve
        child?.stdin.write('stop\n')
      }),
  }
}

/** Nodes as processes of their own, bundled from the sources: started, killed, frozen. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export interface ChaosNode {
  readonly stream: string
  /** Where it listens, or did before it was killed. */
  readonly port: number
  /** Messages that came again and were recognised by the application. */
  readonly again: number
  /** What its hub has told as errors. */
  readonly errors: readonly string[]
  start(): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGSTOP: its connections stay, nothing answers. */
  freeze(): void
  thaw(): void
  /** Publishes from now on, and after each start. */
  go(): void
  /** Publishes no more; the last number. */
  stop(): Promise<number>
}

export interface Fleet {
  node(stream: string, place: string): ChaosNode
  end(): Promise<void>
}

export async function createFleet(): Promise<Fleet> {
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
  const nodes: ChaosNode[] = []
  return {
    node(stream, place) {
      const node = createChaosNode(join(folder, 'node.mjs'), stream, place)
      nodes.push(node)
      return node
    },
    async end() {
      await Promise.all(nodes.map((node) => node.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function createChaosNode(script: string, stream: string, place: string): ChaosNode {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined
  let port = 0
  let again = 0
  let going = false
  const errors: string[] = []
  let stopped: ((last: number) => void) | undefined

  async function start(): Promise<void> {
    const args = [script, stream, place, ...(going ? ['go'] : [])]
    const mine = (child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    mine.stdin.on('error', () => undefined) // it may have been killed
    await new Promise<void>((resolve, reject) => {
      mine.once('exit', (code) => reject(new Error(`a node has ended with ${code} before it listened`)))
      createInterface({ input: mine.stdout }).on('line', (line) => {
        const [word, rest] = [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]
        if (word === 'again') again++
        if (word === 'error') errors.push(rest)
        if (word === 'published') stopped?.(Number(rest))
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
      const mine = child
      child = undefined
      if (!mine || mine.exitCode !== null || mine.signalCode !== null) return
      const gone = once(mine, 'exit')
      mine.kill('SIGKILL')
      await gone
    },
    freeze: () => {
      child?.kill('SIGSTOP')
    },
    thaw: () => {
      child?.kill('SIGCONT')
    },
    go() {
      going = true
      child?.stdin.write('go\n')
    },
    stop: () =>
      new Promise((resolve) => {
        stopped = resolve
        child?.stdin.write('stop\n')
      }),
  }
}

/** `holdfast-server` as a process of its own, bundled from its source. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'vite'
import { deferred } from '../support/deferred.ts'

export interface Program {
  child: ChildProcess
  lines: string[]
  /** Resolves with the first line of output that matches. */
  lineMatching(fits: RegExp): Promise<string>
  /** The URL at which it listens. */
  url: () => Promise<string>
  exit: Promise<number | null>
  type(line: string): void
}

export interface Bin {
  run(...args: string[]): Program
  /** Kills the processes that still run. */
  stop(): Promise<void>
  /** Deletes the bundle. */
  remove(): Promise<void>
}

export async function bundleBin(): Promise<Bin> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bin-'))
  const programs: Program[] = []
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] },
    build: {
      ssr: join(import.meta.dirname, '../../src/bin.ts'),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'bin.mjs' } },
    },
  })

  function run(...args: string[]): Program {
    const child = spawn(process.execPath, [join(folder, 'bin.mjs'), ...args], { stdio: 'pipe' })
    const lines: string[] = []
    let newLine = deferred()
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        lines.push(line)
        newLine.resolve()
        newLine = deferred()
      })
    }
    async function lineMatching(fits: RegExp): Promise<string> {
      for (;;) {
        const line = lines.find((one) => fits.test(one))
        if (line !== undefined) return line
        await newLine.promise
      }
    }
    const program: Program = {
      child,
      lines,
      lineMatching,
      url: async () => (await lineMatching(/^Listening at /)).slice('Listening at '.length),
      // After 'close' all output has been read. After 'exit' it may not.
      exit: once(child, 'close').then(([code]) => code as number | null),
      type: (line) => {
        child.stdin.write(`${line}\n`)
      },
    }
    programs.push(program)
    return program
  }

  return {
    run,
    async stop() {
      for (const program of programs.splice(0)) {
        program.child.kill('SIGKILL')
        await program.exit
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

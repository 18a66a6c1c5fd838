/** Bundles `holdfast-server` from its source and runs it as a separate process. */
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
  /** Resolves with the first matching line of the output. */
  printed(pattern: RegExp): Promise<string>
  /** Resolves with the URL of the hub. */
  url: () => Promise<string>
  exit: Promise<number | null>
  type(line: string): void
}

export interface Bin {
  run(...args: string[]): Program
  /** Kills all running programs. */
  stop(): Promise<void>
  /** Removes the bundle. */
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
    let changed = deferred()
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        lines.push(line)
        changed.resolve()
        changed = deferred()
      })
    }
    async function printed(pattern: RegExp): Promise<string> {
      for (;;) {
        const line = lines.find((each) => pattern.test(each))
        if (line !== undefined) return line
        await changed.promise
      }
    }
    const program: Program = {
      child,
      lines,
      printed,
      url: async () => (await printed(/^Listening at /)).slice('Listening at '.length),
      // At 'exit', the last lines may not have been read yet.
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

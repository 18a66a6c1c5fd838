/** Starts a program that a browser needs, and ends it again with all its children. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Program {
  /** The first line of standard output or error that the pattern matches. Rejects if the program ends before. */
  line(pattern: RegExp): Promise<RegExpMatchArray>
  /** Ends the program and its children, and waits until it has ended. */
  stop(): Promise<void>
}

export function startProgram(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Program {
  // Its own process group, so that `stop` also reaches the processes that it has started.
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const ended = once(child, 'exit').catch(() => {})
  const output = collect(child)
  const kill = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
  // Vitest may end without closing its providers, for example after a second Ctrl+C.
  process.once('exit', kill)
  return {
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = output.text.match(pattern)
          if (match) resolve(match)
        }
        output.onText.push(look)
        look()
        child.once('error', reject)
        void ended.then(() => reject(new Error(`${command} ended before it was ready:\n${output.text}`)))
      }),
    stop: async () => {
      kill()
      process.off('exit', kill)
      await ended
    },
  }
}

function collect(child: ChildProcess): { text: string; onText: (() => void)[] } {
  const output = { text: '', onText: [] as (() => void)[] }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output.text = (output.text + text).slice(-10_000)
      for (const listener of output.onText) listener()
    })
  }
  return output
}

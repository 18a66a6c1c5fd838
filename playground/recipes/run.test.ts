import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

interface Run {
  child: ChildProcess
  /** The match in the next printed line that matches. */
  find(pattern: RegExp): Promise<string>
  /** Sends SIGTERM and returns the exit code. */
  end(): Promise<number>
}

/** Runs a script of this folder with Node. */
function run(...args: string[]): Run {
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const find = async (pattern: RegExp): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${args[0]} ended without printing ${pattern}`)
    return pattern.exec(value)?.[0] ?? find(pattern)
  }
  return {
    child,
    find,
    async end() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      return (await exit)[0] as number
    },
  }
}

describe('run.mjs', () => {
  it('serves a page with the recipe and the URL of its server, and stops and starts the server on Enter', async () => {
    const { child, find, end } = run('run.mjs', 'chatRoom', '--port', '0')
    const page = await find(/http:\S+/)
    expect(await (await fetch(page)).text()).toContain('/page/main.ts')
    const main = await (await fetch(new URL('/page/main.ts', page))).text()
    expect(main).toContain('"chatRoom"')
    const url = `${/ws:\/\/127\.0\.0\.1:\d+/.exec(main)![0]}/?name=Ada`
    await once(new WebSocket(url), 'open')

    child.stdin!.write('\n')
    await find(/The server is stopped/)
    await expect(once(new WebSocket(url), 'open')).rejects.toThrow('ECONNREFUSED')
    child.stdin!.write('\n')
    await find(/The server is running/)
    const socket = new WebSocket(url)
    await once(socket, 'open')
    const closed = once(socket, 'close')
    expect(await end()).toBe(0)
    await closed
  }, 60_000)

  it('prints the names of all recipes when the name is unknown', async () => {
    const { child, find } = run('run.mjs', 'soup')
    await find(/jsonHeartbeat \| protocolPing \| chatRoom \| quietLink \| presence/)
    expect(await once(child, 'exit')).toEqual([1, null])
  }, 60_000)
})

it.each(['jsonHeartbeat', 'protocolPing', 'chatRoom', 'quietLink', 'presence'])(
  'runs only the server of %s with --alone',
  async (recipe) => {
    const { find, end } = run('run.mjs', recipe, '--alone', '--port', '0')
    const socket = new WebSocket(`${await find(/ws:\S+/)}/?name=Ada&id=ada`)
    await once(socket, 'open')
    const closed = once(socket, 'close')
    expect(await end()).toBe(0)
    await closed
  },
  60_000,
)

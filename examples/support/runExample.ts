/** Runs an example as a process of its own, with shorter times and a listener that hangs. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'vite'

const root = join(import.meta.dirname, '../..')

/** The times in the examples, and what replaces them in a test. */
const TIMES: readonly (readonly [RegExp, string, isRequired?: boolean])[] = [
  [/\{ window: 10_000 \}/, '{ window: 100, timeout: 400 }', true],
  [/closeAllConnections\(\), 5000\)/, 'closeAllConnections(), 500)'],
]

/** Added to the example. */
const HANGING = `
hub.on('message', function hang() {
  console.log('hanging')
  return new Promise(() => undefined)
})
hub.on('error', (error) => console.log(error.message))
const announce = () => (hub.port === undefined ? setImmediate(announce) : console.log('port ' + hub.port))
announce()
`

export interface ExampleProcess {
  readonly port: number
  readonly child: ChildProcess
  readonly lines: readonly string[]
  /** Resolves with the first matching line of the output. */
  printed(pattern: RegExp): Promise<string>
  /** Resolves with the exit code when the process has ended, or with the signal. */
  readonly exit: Promise<number | NodeJS.Signals>
}

/**
 * @param name the file in `examples`, without its extension
 * @param onEnd registers what must run when the test has ended
 */
export const runExample = async (
  name: string,
  onEnd: (callback: () => Promise<void>) => void,
  env: Record<string, string> = {},
): Promise<ExampleProcess> => {
  // Inside the repository, so that the packages that are not bundled are found.
  const folder = await mkdtemp(join(root, 'node_modules/.holdfast-example-'))
  onEnd(() => rm(folder, { recursive: true, force: true }))
  const file = join(root, 'examples', `${name}.ts`)
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: [/^@holdfast\//], resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } },
    plugins: [
      {
        name: 'shorter-times',
        enforce: 'pre',
        transform: (code, id) => {
          if (id !== file) return undefined
          let text = code
          for (const [time, shorter, isRequired] of TIMES) {
            if (isRequired && !time.test(text)) throw new Error(`${name}.ts: expected ${time}`)
            text = text.replace(time, shorter)
          }
          return text + HANGING
        },
      },
    ],
    build: {
      ssr: file,
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'example.mjs' } },
    },
  })
  const child = spawn(process.execPath, [join(folder, 'example.mjs')], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let onLine = (): void => undefined
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line)
      onLine()
    })
  }
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  onEnd(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const printed = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      onLine = () => {
        const line = lines.find((each) => pattern.test(each))
        if (line !== undefined) resolve(line)
      }
      onLine()
      void exit.then((code) => reject(new Error(`the process has ended with ${code}: ${lines.join('\n')}`)))
    })
  const port = Number((await printed(/^port \d+$/)).slice('port '.length))
  return { port, child, lines, printed, exit }
}

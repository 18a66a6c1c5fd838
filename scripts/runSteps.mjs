// Runs commands in parallel, one per core, and prints the result and the duration of each.

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command as in a script of package.json, with node_modules/.bin on the PATH
 * @property {string} [folder] the working directory, relative to the root
 * @property {boolean} [verbose] print the output of a successful command too
 */

/**
 * @param {Step[]} steps
 * @returns {Promise<string[]>} the names of the failed steps
 */
export async function runSteps(steps) {
  const waiting = [...steps]
  /** @type {string[]} */
  const failed = []
  const width = Math.max(...steps.map((step) => step.name.length))
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const { ok, output, seconds } = await run(step)
      if (!ok) failed.push(step.name)
      console.log(`${step.name.padEnd(width)}  ${ok ? 'ok    ' : 'FAILED'} ${seconds} s`)
      if (!ok || step.verbose) console.log(output.trim().replace(/^/gm, '  '))
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), steps.length) }, worker))
  return failed
}

/**
 * @param {Step} step
 * @returns {Promise<{ ok: boolean, output: string, seconds: string }>}
 */
function run({ command, folder = '.' }) {
  const start = performance.now()
  const path = join(root, 'node_modules', '.bin') + delimiter + process.env['PATH']
  return new Promise((resolve) => {
    const child = spawn(command, {
      cwd: join(root, folder),
      env: { ...process.env, PATH: path },
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => (output += error.message))
    child.on('close', (code) =>
      resolve({ ok: code === 0, output, seconds: ((performance.now() - start) / 1000).toFixed(1) }),
    )
  })
}

// Runs commands side by side, as many as there are cores, and tells of each whether it went well and how long it took.

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command as in a script of package.json: programs of node_modules/.bin are found
 * @property {string} [folder] where it runs, relative to the root
 * @property {boolean} [verbose] print what it says even when it went well
 */

/**
 * @param {Step[]} steps
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runSteps(steps) {
  const waiting = [...steps]
  /** @type {string[]} */
  const failed = []
  const width = Math.max(...steps.map((step) => step.name.length))
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const { ok, output, seconds } = await run(step)
      if (!ok) failed.push(step.name)
      console.log(`${step.name.padEnd(width)}  ${ok ? 'ok    ' : 'FAILED'} ${seconds} s`)
      if (!ok || step.verbose) console.log(output.trim().replace(/^/gm, '  '))
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), steps.length) }, lane))
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

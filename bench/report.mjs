// What was measured, as text: the table, the machine, and the part of README.md between the markers.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'

/**
 * @typedef {object} Row
 * @property {string} platform
 * @property {string} workload
 * @property {string} title
 * @property {number} messages in each round
 * @property {number} rounds
 * @property {import('./measure.mjs').Figures[]} figures
 */

const START = '<!-- measured: written by `npm run bench` -->'
const END = '<!-- end of measured -->'

/**
 * The machine and the versions.
 * @param {readonly import('./platforms.mjs').Platform[]} platforms
 */
export function describeMachine(platforms) {
  const processors = cpus()
  const { version } = createRequire(import.meta.url)('ws/package.json')
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    load: Number(loadavg()[0]?.toFixed(2)),
    versions: { ...Object.fromEntries(platforms.map(({ name, version: its }) => [name, its])), ws: version },
  }
}

/** @param {ReturnType<typeof describeMachine>} machine */
export const machineLine = ({ cpu, cores, memoryGiB, system, load, versions, commit: at, date }) =>
  `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}; ` +
  `${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}; ` +
  `core from the sources at ${at}; ${date}; load before the run ${load}`

/** @param {readonly Row[]} rows */
export function markdownTable(rows) {
  const head = [
    ['where', 'workload', 'rounds', 'client', 'messages/s', 'ratio to bare', 'CPU per message', 'ratio to bare'],
    ['---', '---', '--:', '---', '--:', '--:', '--:', '--:'],
  ]
  const body = rows.flatMap(({ platform, title, rounds, figures }) =>
    figures.map(({ candidate, perSecond, speed, cpuMicros, thrift }, index) => [
      index ? '' : platform,
      index ? '' : title,
      index ? '' : String(rounds),
      candidate,
      Math.round(perSecond.median).toLocaleString('en').replaceAll(',', ' '),
      index ? ratio(speed) : '1',
      `${cpuMicros.median.toFixed(2)} µs`,
      index ? ratio(thrift) : '1',
    ]),
  )
  const cells = [...head, ...body]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0))) ?? []
  return cells.map(row => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`).join('\n')
}

/** @param {import('./statistics.mjs').Spread} spread */
const ratio = ({ median, min, max }) => `**${median.toFixed(2)}** (${min.toFixed(2)}–${max.toFixed(2)})`

/**
 * Writes results.json, and the table into README.md.
 * @param {ReturnType<typeof describeMachine>} machine
 * @param {readonly Row[]} rows
 */
export function writeResults(machine, rows) {
  const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify({ machine, rows }, rounded, 2)}\n`)
  const path = join(import.meta.dirname, 'README.md')
  const [before, rest] = readFileSync(path, 'utf8').split(START)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`README.md has lost its markers ${START} and ${END}`)
  const measured = `${machineLine(machine)}\n\n${markdownTable(rows)}`
  writeFileSync(path, `${before}${START}\n\n${measured}\n\n${END}${after}`)
}

/** The commit of the core that was measured, with a `+` where its sources have been changed since. */
function commit() {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, { cwd: join(import.meta.dirname, '..'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    return git('log', '-1', '--format=%h', '--', 'packages/core/src') + (git('status', '--porcelain', '--', 'packages/core/src') && '+')
  } catch {
    return 'an unknown commit'
  }
}

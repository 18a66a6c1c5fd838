// Describes the machine and the versions of a measurement.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** The packages that influence the numbers, besides Node and Chromium. */
const PACKAGES = [
  'ws',
  'reconnecting-websocket',
  'partysocket',
  'websocket-ts',
  'vue',
  '@vueuse/core',
  'react',
  'react-use-websocket',
  'ahooks',
]
const OURS = ['core', 'vue', 'react']

/**
 * @param {string | undefined} chromium its version, if it was used
 * @param {readonly string[]} names of the packages whose versions matter
 * @param {readonly string[]} ours the packages whose sources matter
 */
export function describeMachine(chromium, names = PACKAGES, ours = OURS) {
  const processors = cpus()
  const packages = names.map((name) => [name, versionOf(name)])
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(ours),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    load: Number(loadavg()[0]?.toFixed(2)),
    versions: { Node: process.version, ...(chromium ? { Chromium: chromium } : {}), ...Object.fromEntries(packages) },
  }
}

/** @param {ReturnType<typeof describeMachine>} machine */
export const machineLine = ({ cpu, cores, memoryGiB, system, load, versions, commit: at, date }) =>
  `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}; ` +
  `${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}; ` +
  `packages from the sources at ${at}; ${date}; load before the run ${load}`

/** @param {string} name */
function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version
}

/**
 * The commit of the sources that were measured, with a `+` if they have uncommitted changes.
 * @param {readonly string[]} ours
 */
function commit(ours) {
  const sources = ours.map((name) => `packages/${name}/src`)
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    return git('log', '-1', '--format=%h', '--', ...sources) + (git('status', '--porcelain', '--', ...sources) && '+')
  } catch {
    return 'an unknown commit'
  }
}

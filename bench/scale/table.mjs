// The tables of `npm run bench:scale`.

import { bytes, grouped, markdown } from '../markdown.mjs'

/** @typedef {import('./trial.mjs').Trial} Trial */

const TITLES = { ws: 'bare `ws`', plain: 'hub: `broadcast` to plain clients', session: 'hub: `publish` to sessions' }
const right = /** @type {const} */ ('right')
const ms = (/** @type {number} */ value) => value.toFixed(value < 10 ? 1 : 0)
const times = (/** @type {number} */ value) => `**${value.toFixed(2)}**`

/** @param {readonly Trial[]} trials */
function connectionTable(trials) {
  const rows = trials.map((trial) => {
    const { kind, connections } = trial.plan
    const find = (/** @type {string} */ other, /** @type {number} */ count) =>
      trials.find(({ plan }) => plan.kind === other && plan.connections === count) ?? trial
    const bare = find('ws', connections)
    const smallest = find(kind, Math.min(...trials.map(({ plan }) => plan.connections)))
    return [
      TITLES[kind],
      grouped(connections),
      bytes(trial.heap),
      times(trial.heap / bare.heap),
      bytes(trial.rss),
      trial.cpu.toFixed(1),
      times(trial.cpu / bare.cpu),
      times(trial.cpu / smallest.cpu),
      ms(trial.p50),
      ms(trial.p99),
    ]
  })
  const numbers = [
    'connections',
    'heap',
    'of bare',
    'RSS',
    'CPU, µs',
    'of bare',
    'of the first row',
    'p50, ms',
    'p99, ms',
  ]
  return markdown([['server'], ...numbers.map((title) => /** @type {const} */ ([title, right]))], rows)
}

/** @param {readonly Trial[]} trials @param {'streams' | 'nodes'} what */
function sessionTable(trials, what) {
  const [first] = trials
  const rows = trials.map((trial) => [
    grouped(trial.plan[what]),
    bytes(trial.heap),
    trial.cpu.toFixed(1),
    times(trial.cpu / (first?.cpu ?? 1)),
    grouped(trial.cpuPublish),
    ms(trial.p50),
    ms(trial.p99),
    ...(what === 'nodes' ? [trial.commands.toFixed(1), grouped(trial.redisCpu), trial.helloCommands.toFixed(1)] : []),
  ])
  const titles = [what, 'heap', 'CPU, µs', 'of the first row', 'CPU per publish, µs', 'p50, ms', 'p99, ms']
  const redis = ['commands per publish', 'CPU of Redis per publish, µs', 'commands per session']
  const head = what === 'nodes' ? [...titles, ...redis] : titles
  return markdown(
    head.map((title) => /** @type {const} */ ([title, right])),
    rows,
  )
}

/**
 * What one core and one GiB hold, derived from the largest trials. Memory is that of the trial with the largest RSS per connection: V8
 * reserves memory in advance, so RSS per connection falls with their number.
 * @param {Record<string, Trial[]>} results */
function capacityTable({ connections = [], nodes = [] }) {
  const largest = (/** @type {string} */ kind) => connections.filter(({ plan }) => plan.kind === kind).at(-1)
  const [session, plain, redis] = [largest('session'), largest('plain'), nodes.at(-1)]
  const fitting = (/** @type {string} */ kind) => {
    const sizes = connections.filter(({ plan }) => plan.kind === kind).map(({ rss }) => rss)
    return sizes.length > 0 && grouped(2 ** 30 / Math.max(...sizes))
  }
  const rows = [
    ['messages that one core of a node sends to sessions, per second', session && grouped(1e6 / session.cpu)],
    ['messages that one core of a node sends to plain clients, per second', plain && grouped(1e6 / plain.cpu)],
    ['sessions whose memory (the largest RSS) fits in 1 GiB', fitting('session')],
    ['plain clients whose memory (the largest RSS) fits in 1 GiB', fitting('plain')],
    ['messages that one Redis accepts, per second', redis && redis.redisCpu > 0 && grouped(1e6 / redis.redisCpu)],
  ]
  return markdown(
    [['derived'], ['value', right]],
    rows.filter(([, value]) => value).map((row) => row.map(String)),
  )
}

/** @param {Record<string, Trial[]>} results */
export const scaleTables = (results) =>
  [
    results['connections']?.length ? connectionTable(results['connections']) : '',
    results['streams']?.length ? sessionTable(results['streams'], 'streams') : '',
    results['nodes']?.length ? sessionTable(results['nodes'], 'nodes') : '',
    capacityTable(results),
  ]
    .filter(Boolean)
    .join('\n\n')

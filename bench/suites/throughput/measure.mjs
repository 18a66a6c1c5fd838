// Runs all rounds of one workload on one platform. Each round measures every candidate once, and each starts with another candidate.

import { spread } from '../../statistics.mjs'

/** @typedef {import('./entrants.mjs').Entrant} Entrant */
/** @typedef {import('../../statistics.mjs').Spread} Spread */
/** @typedef {import('../../runners/nodeRunner.mjs').Sample<import('./workloads/index.mjs').Outcome>} Sample */

/**
 * @typedef {object} Figures of one candidate; every ratio is to another candidate in the same round, and above 1 is better
 * @property {string} candidate
 * @property {Spread} perSecond messages
 * @property {Spread} speed ratio of messages per second to bare
 * @property {Spread} cpuMicros CPU time of the candidate's thread per message, in µs
 * @property {Spread} thrift ratio of the CPU times to bare, inverted
 * @property {Spread} toOurs ratio of the CPU times to `holdfast` at ES2022, inverted
 * @property {number} lost messages, of all rounds
 * @property {number} doubled
 * @property {number} late in percent of all
 */

/**
 * @typedef {object} Effort
 * @property {number} messages in a round
 * @property {number} rate
 * @property {number} warmUp messages before the first round
 * @property {number} rounds at least, `mostRounds` at most, and no further one once `seconds` have passed
 * @property {number} mostRounds
 * @property {number} seconds
 */

/**
 * @param {import('./platforms.mjs').Platform} platform
 * @param {string} origin
 * @param {string} workload
 * @param {readonly Entrant[]} entrants
 * @param {Effort} effort
 * @returns {Promise<{ rounds: number, figures: Figures[] }>}
 */
export async function measure(
  platform,
  origin,
  workload,
  entrants,
  { messages, rate, warmUp, rounds, mostRounds, seconds },
) {
  /** @type {(Entrant & { runner: import('../../runners/nodeRunner.mjs').Runner, samples: Sample[] })[]} */
  const running = []
  let round = 0
  try {
    for (const entrant of entrants) {
      const { name, candidate, target } = entrant
      const runner = await platform.createRunner(`${workload}.${name}`, target)
      running.push({ ...entrant, runner, samples: [] })
      await runner.run({ candidate, workload, origin, messages: warmUp, rate: 0 })
    }
    const end = performance.now() + seconds * 1000
    for (; round < rounds || (round < mostRounds && performance.now() < end); round++) {
      const first = round % running.length
      for (const { candidate, runner, samples } of [...running.slice(first), ...running.slice(0, first)]) {
        samples.push(await runner.run({ candidate, workload, origin, messages, rate }))
      }
    }
  } finally {
    await Promise.all(running.map(({ runner }) => runner.close()))
  }
  const [bare = [], ours = []] = ['bare', 'holdfast'].map(
    (wanted) => running.find(({ name }) => name === wanted)?.samples,
  )
  return {
    rounds: round,
    figures: running.map(({ name, samples }) => figuresOf(name, samples, bare, ours, messages)),
  }
}

/**
 * @param {string} candidate
 * @param {readonly Sample[]} samples
 * @param {readonly Sample[]} bare
 * @param {readonly Sample[]} ours
 * @param {number} messages
 * @returns {Figures}
 */
function figuresOf(candidate, samples, bare, ours, messages) {
  const ratios = (/** @type {readonly Sample[]} */ base, /** @type {(sample: Sample) => number} */ of) =>
    spread(samples.map((sample, round) => (base[round] ? of(base[round]) : Number.NaN) / of(sample)))
  const total = (/** @type {'lost' | 'doubled' | 'late'} */ key) =>
    samples.reduce((sum, { value }) => sum + value[key], 0)
  return {
    candidate,
    perSecond: spread(samples.map(({ value: { seconds } }) => messages / seconds)),
    speed: ratios(bare, ({ value: { seconds } }) => seconds),
    cpuMicros: spread(samples.map(({ cpuSeconds }) => (cpuSeconds / messages) * 1e6)),
    thrift: ratios(bare, ({ cpuSeconds }) => cpuSeconds),
    toOurs: ratios(ours, ({ cpuSeconds }) => cpuSeconds),
    lost: total('lost'),
    doubled: total('doubled'),
    late: (total('late') / (samples.length * messages)) * 100,
  }
}

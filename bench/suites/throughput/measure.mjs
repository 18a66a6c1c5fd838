// All rounds of one workload on one platform: every candidate once a round, the order turned from round to round.

import { spread } from '../../statistics.mjs'

/** @typedef {import('../../candidates/names.mjs').Name} Name */
/** @typedef {import('../../statistics.mjs').Spread} Spread */
/** @typedef {import('../../places/nodePlace.mjs').Sample<import('./workloads/index.mjs').Outcome>} Sample */

/**
 * @typedef {object} Figures of one candidate; every ratio is to another of the same round, above 1 is better than it
 * @property {Name} candidate
 * @property {Spread} perSecond messages
 * @property {Spread} speed ratio of messages per second to bare
 * @property {Spread} cpuMicros CPU time of the candidate's thread per message, in µs
 * @property {Spread} thrift ratio of the CPU times to bare, inverted
 * @property {Spread} toOurs the same to ours
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
 * @param {readonly Name[]} names
 * @param {Effort} effort
 * @returns {Promise<{ rounds: number, figures: Figures[] }>}
 */
export async function measure(
  platform,
  origin,
  workload,
  names,
  { messages, rate, warmUp, rounds, mostRounds, seconds },
) {
  /** @type {{ candidate: Name, place: import('../../places/nodePlace.mjs').Place, samples: Sample[] }[]} */
  const entrants = []
  let round = 0
  try {
    for (const candidate of names) {
      const place = await platform.createPlace(`${workload}.${candidate}`)
      entrants.push({ candidate, place, samples: [] })
      await place.run({ candidate, workload, origin, messages: warmUp, rate: 0 })
    }
    const end = performance.now() + seconds * 1000
    for (; round < rounds || (round < mostRounds && performance.now() < end); round++) {
      const first = round % entrants.length
      for (const { candidate, place, samples } of [...entrants.slice(first), ...entrants.slice(0, first)]) {
        samples.push(await place.run({ candidate, workload, origin, messages, rate }))
      }
    }
  } finally {
    await Promise.all(entrants.map(({ place }) => place.close()))
  }
  const [bare = [], ours = []] = ['bare', 'holdfast'].map(
    (name) => entrants.find(({ candidate }) => candidate === name)?.samples,
  )
  return {
    rounds: round,
    figures: entrants.map(({ candidate, samples }) => figuresOf(candidate, samples, bare, ours, messages)),
  }
}

/**
 * @param {Name} candidate
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

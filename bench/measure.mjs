// All rounds of one workload on one platform: every candidate once a round, the order turned from round to round.

import { names } from './candidates/names.mjs'
import { spread } from './statistics.mjs'

/**
 * @typedef {object} Figures of one candidate; ratios are to the first candidate of the same round, above 1 is better than it
 * @property {typeof names[number]} candidate
 * @property {import('./statistics.mjs').Spread} perSecond messages
 * @property {import('./statistics.mjs').Spread} speed ratio of messages per second
 * @property {import('./statistics.mjs').Spread} cpuMicros CPU time of the candidate's thread per message, in µs
 * @property {import('./statistics.mjs').Spread} thrift ratio of the CPU times, inverted
 */

/**
 * @typedef {object} Effort
 * @property {number} messages in a round
 * @property {number} warmUp messages before the first round
 * @property {number} rounds at least, `mostRounds` at most, and no further one once `seconds` have passed
 * @property {number} mostRounds
 * @property {number} seconds
 */

/**
 * @param {import('./platforms.mjs').Platform} platform
 * @param {number} port
 * @param {string} workload
 * @param {Effort} effort
 * @returns {Promise<{ rounds: number, figures: Figures[] }>}
 */
export async function measure(platform, port, workload, { messages, warmUp, rounds, mostRounds, seconds }) {
  const origin = `ws://127.0.0.1:${port}`
  /** @type {{ candidate: typeof names[number], place: import('./platforms.mjs').Place, samples: import('./platforms.mjs').Sample[] }[]} */
  const entrants = []
  let round = 0
  try {
    for (const candidate of names) {
      const place = await platform.createPlace(`${workload}.${candidate}`)
      entrants.push({ candidate, place, samples: [] })
      await place.run({ candidate, workload, origin, messages: warmUp })
    }
    const end = performance.now() + seconds * 1000
    for (; round < rounds || (round < mostRounds && performance.now() < end); round++) {
      const first = round % entrants.length
      for (const { candidate, place, samples } of [...entrants.slice(first), ...entrants.slice(0, first)]) {
        samples.push(await place.run({ candidate, workload, origin, messages }))
      }
    }
  } finally {
    await Promise.all(entrants.map(({ place }) => place.close()))
  }
  return { rounds: round, figures: entrants.map(({ candidate, samples }) => figuresOf(candidate, samples, entrants[0]?.samples ?? [], messages)) }
}

/**
 * @param {Figures['candidate']} candidate
 * @param {readonly import('./platforms.mjs').Sample[]} samples
 * @param {readonly import('./platforms.mjs').Sample[]} base those of the first candidate
 * @param {number} messages
 * @returns {Figures}
 */
function figuresOf(candidate, samples, base, messages) {
  const ratios = (/** @type {'seconds' | 'cpuSeconds'} */ key) =>
    spread(samples.map((sample, round) => (base[round]?.[key] ?? Number.NaN) / sample[key]))
  return {
    candidate,
    perSecond: spread(samples.map(({ seconds }) => messages / seconds)),
    speed: ratios('seconds'),
    cpuMicros: spread(samples.map(({ cpuSeconds }) => (cpuSeconds / messages) * 1e6)),
    thrift: ratios('cpuSeconds'),
  }
}

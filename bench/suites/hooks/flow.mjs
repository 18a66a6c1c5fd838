// Sends messages at a rate to a component that shows them, and measures CPU, renders and lost messages.

import { spread } from '../../statistics.mjs'
import { openPage } from './page.mjs'

/**
 * @typedef {object} Work
 * @property {import('./page/candidates/index.mjs').Kind} kind
 * @property {number} rate messages per second
 * @property {number} seconds
 * @property {number} [components] on one shared connection
 * @property {number} [readers] of messages among them
 */

/**
 * Ratios are of costs in the same round: below 1 is cheaper.
 * @typedef {object} FlowRow
 * @property {'flow'} part
 * @property {Work} work
 * @property {string} candidate
 * @property {number} rounds
 * @property {import('../../statistics.mjs').Spread} cost CPU ms of the main thread per 1000 messages
 * @property {import('../../statistics.mjs').Spread} toBare
 * @property {import('../../statistics.mjs').Spread} toCore to our core alone
 * @property {import('../../statistics.mjs').Spread | undefined} toOne of many components, to the same candidate with one
 * @property {import('../../statistics.mjs').Spread} delay seconds from the first message to the last, over the seconds that they should take
 * @property {import('../../statistics.mjs').Spread} renders per second, of all components together
 * @property {number} effects share of the messages that effects on the last message saw
 * @property {number} lost messages that the message callback did not receive, in all rounds
 * @property {number | undefined} unkept messages that did not get into the history, in all rounds; undefined where there is none
 * @property {import('../../statistics.mjs').Spread | undefined} dropped frames per second
 * @property {number} longTasks in all rounds
 * @property {number} longestTask in ms; 0 where none was long
 * @property {number} longestGap between two frames, in ms
 */

/** @typedef {{ name: string, framework?: 'vue' | 'react', withHeartbeat: boolean, shares: boolean }} Entrant */

const BYTES = 100

/**
 * Works that are measured in the same rounds, and so can be compared with each other.
 * @typedef {object} Group
 * @property {number} rounds
 * @property {readonly Work[]} works
 */

const last = (/** @type {number} */ rate, /** @type {number} */ seconds) => ({
  kind: /** @type {const} */ ('last'),
  rate,
  seconds,
})

/** One component, and a hundred with so many readers of messages among them. */
const shared = (/** @type {number} */ rate, /** @type {number[]} */ ...readers) => [
  { ...last(rate, 1), components: 1, readers: 1 },
  ...readers.map((some) => ({ ...last(rate, 1), components: 100, readers: some })),
]

/** @type {readonly Group[]} */
export const groups = [
  ...[1000, 5000, 20_000].map((rate) => ({ rounds: 5, works: [last(rate, 5)] })),
  ...[1000, 20_000].map((rate) => ({ rounds: 3, works: [{ ...last(rate, 2), kind: /** @type {const} */ ('list') }] })),
  ...[1000, 20_000].map((rate) => ({
    rounds: 5,
    works: [{ ...last(rate, 2), kind: /** @type {const} */ ('status') }],
  })),
  { rounds: 5, works: shared(1000, 0, 1, 10, 100) },
  { rounds: 5, works: shared(20_000, 1, 100) },
]

/** @type {readonly Group[]} */
export const quickGroups = [
  last(1000, 1),
  { ...last(1000, 0.5), kind: /** @type {const} */ ('status') },
  ...[0, 10].map((readers) => ({ ...last(1000, 0.5), components: 100, readers })),
].map((work) => ({ rounds: 1, works: [work] }))

export const titleOf = (/** @type {Work} */ { kind, components, readers }) =>
  components ? `${components} on one connection, ${readers} reading` : TITLES[kind]

const TITLES = { last: 'the last message', list: 'the last 100', status: 'only the status' }

/**
 * Each candidate has a page for all of it, warmed up unless only counts are asked for; candidates take turns in going first.
 * @param {import('../suite.mjs').Context} context
 * @param {string} bundle
 * @param {readonly Entrant[]} entrants
 * @param {readonly Group[]} chosen
 * @returns {Promise<FlowRow[]>}
 */
export async function measureFlows({ chromium, origin, quick, rounds: exactly, log }, bundle, entrants, chosen) {
  const places = []
  for (const entrant of entrants) places.push({ entrant, page: await openPage(await chromium(), bundle) })
  try {
    for (const { entrant, page } of quick ? [] : places) {
      for (const kind of /** @type {const} */ (['last', 'list']))
        await trial(page, origin, entrant.name, { kind, rate: 5000, seconds: 0.3 })
    }
    const rows = []
    for (const { rounds, works } of chosen) {
      const samples = await measureGroup(places, origin, works, exactly ?? rounds)
      for (const work of works) {
        const here = samples.get(work) ?? new Map()
        const one = samples.get(works.find(({ components }) => components === 1) ?? work) ?? new Map()
        const found = [...here].map(([name, own]) =>
          rowOf(work, name, own, { bare: here.get('bare'), core: here.get('holdfast'), one: one.get(name) }),
        )
        rows.push(...found)
        log(
          `${titleOf(work)}, ${work.rate}/s: ${found.map(({ candidate, toBare }) => `${candidate} ${toBare.median.toFixed(2)}`).join(', ')}`,
        )
      }
    }
    return rows
  } finally {
    for (const { page } of places) await page.close()
  }
}

/**
 * @param {readonly { entrant: Entrant, page: import('./page.mjs').Page }[]} places
 * @param {string} origin
 * @param {readonly Work[]} works
 * @param {number} rounds
 * @returns {Promise<Map<Work, Map<string, Sample[]>>>} by work and candidate, a sample for each round
 */
async function measureGroup(places, origin, works, rounds) {
  /** @type {Map<Work, Map<string, Sample[]>>} */
  const samples = new Map()
  for (const work of works) {
    const here = places.filter(({ entrant }) => !work.components || entrant.shares || entrant.name === 'bare')
    samples.set(work, new Map(here.map(({ entrant }) => [entrant.name, []])))
  }
  for (let round = 0; round < rounds; round++) {
    for (const [work, own] of samples) {
      const here = places.filter(({ entrant }) => own.has(entrant.name))
      for (let turn = 0; turn < here.length; turn++) {
        const place = here[(turn + round) % here.length]
        if (place) own.get(place.entrant.name)?.push(await trial(place.page, origin, place.entrant.name, work))
      }
    }
  }
  return samples
}

/**
 * The result of `hooks.flow` in the page, and the CPU ms of the main thread per 1000 messages.
 * @typedef {object} FlowReport
 * @property {number} sent
 * @property {number} seconds
 * @property {number} window seconds until the last frame was drawn
 * @property {number} renders
 * @property {number} effects
 * @property {number} received
 * @property {number} kept
 * @property {number} gaps
 */

/** @typedef {FlowReport & { cost: number } & Partial<import('./page/frames.mjs').Smoothness>} Sample */

/**
 * @param {import('./page.mjs').Page} page
 * @param {string} origin
 * @param {string} candidate
 * @param {Work} work
 * @returns {Promise<Sample>}
 */
async function trial(page, origin, candidate, { kind, rate, seconds, components, readers }) {
  const url = `${origin}/flow?rate=${rate}&seconds=${seconds}&bytes=${BYTES}`
  await page.call('mount', { candidate, kind, url, components, readers })
  await page.send('HeapProfiler.collectGarbage')
  const before = await page.metrics()
  // A watch of the frames makes the browser draw them: not where nothing is drawn, for that would hide what is measured.
  const report = await page.call('flow', { smoothness: kind !== 'status' })
  const after = await page.metrics()
  await page.call('unmount')
  const seconds1000 = (((after['TaskDuration'] ?? 0) - (before['TaskDuration'] ?? 0)) / report.sent) * 1000
  return { ...report, cost: seconds1000 * 1000 }
}

/**
 * @param {Work} work
 * @param {string} candidate
 * @param {readonly Sample[]} samples
 * @param {Record<'bare' | 'core' | 'one', readonly Sample[] | undefined>} bases of the same rounds
 * @returns {FlowRow}
 */
function rowOf(work, candidate, samples, { bare, core, one }) {
  const sum = (/** @type {(sample: Sample) => number} */ of) => samples.reduce((total, sample) => total + of(sample), 0)
  const most = (/** @type {(sample: Sample) => number} */ of) => Math.max(...samples.map(of))
  const ratios = (/** @type {readonly Sample[] | undefined} */ base) =>
    spread(samples.map(({ cost }, round) => cost / (base?.[round]?.cost ?? Number.NaN)))
  const keeps = samples.some(({ kept }) => kept > 0)
  return {
    part: 'flow',
    work,
    candidate,
    rounds: samples.length,
    cost: spread(samples.map(({ cost }) => cost)),
    toBare: ratios(bare),
    toCore: ratios(core),
    toOne: work.components ? ratios(one) : undefined,
    delay: spread(samples.map(({ seconds }) => seconds / work.seconds)),
    renders: spread(samples.map(({ renders, window }) => renders / window)),
    effects: sum(({ effects }) => effects) / sum(({ sent }) => sent),
    lost: sum(({ sent, received }) => Math.abs(sent - received)),
    // The history contains the last message of the server too.
    unkept: keeps ? sum(({ sent, kept, gaps }) => Math.abs(sent + 1 - kept) + gaps) : undefined,
    dropped:
      samples[0]?.dropped === undefined
        ? undefined
        : spread(samples.map(({ dropped = 0, window }) => dropped / window)),
    longTasks: sum(({ longTasks = 0 }) => longTasks),
    longestTask: most(({ longestTask = 0 }) => longestTask),
    longestGap: most(({ longestGap = 0 }) => longestGap),
  }
}

// Compares decoding on the main thread with decoding in a worker, from which each object must be cloned: CPU of the page's main thread for
// each message that arrives there as an object. To run only this suite: `node bench/suites/worker/run.mjs`.

import { join } from 'node:path'
import { startChild } from '../../child.mjs'
import { spread } from '../../statistics.mjs'
import { openBlankPage } from './page.mjs'
import { inWorker, onMain, thereAndBack } from './designs.mjs'

/** The incoming messages: bytes of JSON at a rate in messages/s. */
const FLOWS = [
  { bytes: 100, rate: 20_000 },
  { bytes: 2000, rate: 5000 },
  { bytes: 100_000, rate: 100 },
]
const FRAME = 16
/** @type {Record<string, string>} the expression to evaluate in the page, with `url` as its variable */
const DESIGNS = {
  'main thread': `(${onMain})(url)`,
  'socket in a worker, each object posted': `(${inWorker})(url, 0)`,
  'socket in a worker, a batch each 16 ms': `(${inWorker})(url, ${FRAME})`,
  'text to a worker and back, a batch each 16 ms': `(${thereAndBack})(url, ${FRAME})`,
}

/**
 * @typedef {object} WorkerRow
 * @property {string} design
 * @property {number} bytes
 * @property {number} rate messages/s
 * @property {import('../../statistics.mjs').Spread} cpu main thread, ms for 1000 messages
 * @property {import('../../statistics.mjs').Spread} ratio to the main thread in the same round
 * @property {number} lost messages that did not arrive
 */

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'worker',
  title: 'Decoding in a worker',
  run: async ({ chromium, quick, rounds = quick ? 1 : 5, log }) => {
    const server = startChild(join(import.meta.dirname, 'server.mjs'))
    const browser = await chromium()
    try {
      const origin = `127.0.0.1:${await server.receive(10_000)}`
      /** @type {WorkerRow[]} */
      const rows = []
      for (const { bytes, rate } of FLOWS) {
        const seconds = quick ? 0.5 : 3
        const url = `ws://${origin}/?bytes=${bytes}&rate=${rate}&seconds=${seconds}`
        const trials = Object.fromEntries(
          Object.keys(DESIGNS).map((design) => [
            design,
            /** @type {{ cpu: number, ratio: number, lost: number }[]} */ ([]),
          ]),
        )
        for (let round = 0; round < rounds; round++) {
          let main = Number.NaN
          for (const [design, call] of Object.entries(DESIGNS)) {
            const { cpu, count } = await trial(
              browser,
              `http://${origin}/`,
              `((url) => ${call})(${JSON.stringify(url)})`,
            )
            const each = (cpu / count) * 1000
            if (design === 'main thread') main = each
            trials[design]?.push({ cpu: each, ratio: each / main, lost: rate * seconds - count })
          }
          log(`${bytes} B at ${rate}/s: round ${round + 1} of ${rounds}`)
        }
        for (const [design, list] of Object.entries(trials)) {
          const pick = (/** @type {'cpu' | 'ratio' | 'lost'} */ name) => spread(list.map((one) => one[name]))
          rows.push({ design, bytes, rate, cpu: pick('cpu'), ratio: pick('ratio'), lost: pick('lost').max })
        }
      }
      return rows
    } finally {
      await server.end()
    }
  },
  table: (rows) =>
    [
      'CPU of the main thread, in ms for 1000 messages that reach it as objects, median of the rounds, and the ratio to decoding on the main thread in the same round (least to greatest).',
      '',
      '| JSON | Design | CPU, ms for 1000 messages | Ratio |',
      '| --- | --- | --: | --: |',
      ...rows.map(
        ({ design, bytes, rate, cpu, ratio }) =>
          `| ${bytes} B at ${rate}/s | ${design} | ${cpu.median.toPrecision(3)} | **${ratio.median.toFixed(2)}** (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}) |`,
      ),
    ].join('\n'),
  counts: (rows) =>
    rows.map(({ design, bytes, lost }) => ({ what: `messages of ${bytes} B lost, ${design}`, value: lost, most: 0 })),
}

/**
 * @param {import('../../cdp.mjs').Cdp} browser
 * @param {string} address of an empty page
 * @param {string} expression
 * @returns {Promise<{ cpu: number, count: number }>} ms
 */
async function trial(browser, address, expression) {
  const page = await openBlankPage(browser, address)
  try {
    const before = await page.cpu()
    const { count } = await page.evaluate(expression)
    return { cpu: (await page.cpu()) - before, count }
  } finally {
    await page.close()
  }
}

// Runs only this suite: `node bench/suites/worker/run.mjs`. `npm run bench` does not include it, because its result is final; it is in the
// README.md of the bench.

import { findChromium } from '../../../scripts/findChromium.mjs'
import { launchChromium } from '../../cdp.mjs'
import suite from './index.mjs'

const path = findChromium()
if (!path) throw new Error('no Chromium: CHROMIUM=/path names yours')
const chromium = await launchChromium(path)
try {
  const rows = await suite.run({
    origin: '',
    chromium: async () => chromium,
    quick: process.argv.includes('--quick'),
    only: undefined,
    rounds: undefined,
    profile: undefined,
    log: console.log,
  })
  console.log(`\n${suite.table(rows)}`)
  console.log(suite.counts(rows).filter(({ value }) => value > 0))
} finally {
  await chromium.close()
}

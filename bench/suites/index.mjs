// The suites, in the order in which they run and are reported.

import throughput from './throughput/index.mjs'

/** @type {readonly import('./suite.mjs').Suite[]} */
export const suites = [throughput]

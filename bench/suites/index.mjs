// The suites, in the order in which they run and are reported.

import leaks from './leaks/index.mjs'
import memory from './memory/index.mjs'
import throughput from './throughput/index.mjs'

/** @type {readonly import('./suite.mjs').Suite[]} */
export const suites = [throughput, memory, leaks]

// The suites, in the order in which they run and are reported.

import cold from './cold/index.mjs'
import dropIn from './dropIn/index.mjs'
import hooks from './hooks/index.mjs'
import leaks from './leaks/index.mjs'
import memory from './memory/index.mjs'
import outage from './outage/index.mjs'
import throughput from './throughput/index.mjs'

/** @type {readonly import('./suite.mjs').Suite[]} */
export const suites = [throughput, dropIn, hooks, memory, outage, cold, leaks]

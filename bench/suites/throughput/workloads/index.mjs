// The workloads, in the order of the table.

import { createReceive } from './receive.mjs'
import { createSend } from './send.mjs'

/**
 * @typedef {import('./readers.mjs').Tally & { seconds: number }} Outcome `seconds` from the first message to the last
 */

/** @typedef {(candidate: import('../../../candidates/index.mjs').Candidate, origin: string, options: { messages: number, rate: number }) => Promise<Outcome>} Run */

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {number} messages in a full round
 * @property {number} rate messages per second; 0: as fast as it goes
 * @property {boolean} [most] for a second at the rate at which bare received its burst
 * @property {boolean} [oursOnly] only our client has the feature; it is compared with bare
 * @property {boolean} [quick] part of --quick
 * @property {Run} run
 */

/** The default size of a message, in bytes. */
const SIZE = 100
/** Messages per second. A round takes a second, so five rounds take five seconds. */
const RATES = [1000, 5000, 20_000]

/** Sizes of binary messages in bytes, and their number per round: at most a hundred megabytes. */
const BINARIES = /** @type {const} */ ([
  ['100 B', 100, 50_000],
  ['10 kB', 10_000, 5000],
  ['1 MB', 1_000_000, 100],
])

/** @type {readonly Workload[]} */
export const workloads = [
  {
    name: 'receive',
    title: 'receive a burst',
    messages: 200_000,
    rate: 0,
    quick: true,
    run: createReceive({ size: SIZE }),
  },
  ...RATES.map((rate) => ({
    name: `receive-${rate}`,
    title: `receive ${rate / 1000} k/s for 5 s`,
    messages: rate,
    rate,
    quick: rate === 20_000,
    run: createReceive({ size: SIZE }),
  })),
  {
    name: 'receive-most',
    title: 'receive at the most that bare sustains',
    messages: 0,
    rate: 0,
    most: true,
    run: createReceive({ size: SIZE }),
  },
  ...BINARIES.map(([label, size, messages]) => ({
    name: `receive-binary-${size}`,
    title: `receive binary of ${label}`,
    messages,
    rate: 0,
    quick: size === 10_000,
    run: createReceive({ size, binary: true }),
  })),
  {
    name: 'receive-subscribed',
    title: 'receive a burst, a renderer subscribed',
    messages: 100_000,
    rate: 0,
    oursOnly: true,
    run: createReceive({ size: SIZE, renders: true }),
  },
  {
    name: 'receive-heartbeat',
    title: 'receive a burst, heartbeat on',
    messages: 100_000,
    rate: 0,
    oursOnly: true,
    run: createReceive({ size: SIZE, heartbeat: true }),
  },
  { name: 'send', title: 'send', messages: 100_000, rate: 0, quick: true, run: createSend({ size: SIZE }) },
  ...RATES.map((rate) => ({
    name: `send-${rate}`,
    title: `send ${rate / 1000} k/s for 5 s`,
    messages: rate,
    rate,
    run: createSend({ size: SIZE }),
  })),
  ...BINARIES.map(([label, size, messages]) => ({
    name: `send-binary-${size}`,
    title: `send binary of ${label}`,
    messages,
    rate: 0,
    quick: size === 10_000,
    run: createSend({ size, binary: true }),
  })),
  {
    name: 'send-heartbeat',
    title: 'send, heartbeat on',
    messages: 100_000,
    rate: 0,
    oursOnly: true,
    run: createSend({ size: SIZE, heartbeat: true }),
  },
]

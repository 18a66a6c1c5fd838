// The workloads, in the order of the table.

import { createReceive } from './receive.mjs'
import { createSend } from './send.mjs'

/**
 * @typedef {object} WorkloadOptions
 * @property {typeof globalThis.WebSocket} WebSocket
 * @property {number} messages
 * @property {number} size of each, in characters of one byte
 */

/**
 * @typedef {object} WorkloadResult
 * @property {number} seconds from the first word to the last
 * @property {number} sent as the sending side counts
 * @property {number} received as the receiving side counts; anything but `sent` is a failure
 */

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {number} messages in a full round
 * @property {(candidate: import('../candidates/index.mjs').Candidate, origin: string, options: WorkloadOptions) => Promise<WorkloadResult>} run
 */

/** Bytes in each message. */
export const SIZE = 100

/** @type {readonly Workload[]} */
export const workloads = [
  createReceive({ name: 'receive', title: 'receive a burst' }),
  createReceive({ name: 'receive-subscribed', title: 'receive a burst, a renderer subscribed', renders: true }),
  createReceive({ name: 'receive-heartbeat', title: 'receive a burst, heartbeat on', heartbeat: true }),
  createSend({ name: 'send', title: 'send' }),
  createSend({ name: 'send-heartbeat', title: 'send, heartbeat on', heartbeat: true }),
]

// A server that stops and starts again on the same port. The parent process has the times of both, so this job records its own times.

import { candidates } from '../../candidates/index.mjs'
import { connect } from '../../candidates/connect.mjs'

/**
 * @typedef {object} Noted
 * @property {number[]} dials epoch ms of each after the first
 * @property {number | null} openedAt epoch ms, when it was open again; null: not within the patience
 */

/**
 * @param {{ candidate: import('../../candidates/names.mjs').Name, origin: string, patience: number }} job
 * @returns {Promise<Noted>}
 */
export async function downJob({ candidate: name, origin, patience }) {
  const candidate = candidates[name]
  /** @type {number[]} */
  const dials = []
  globalThis.WebSocket = class extends globalThis.WebSocket {
    /** @param {ConstructorParameters<typeof WebSocket>} args */
    constructor(...args) {
      super(...args)
      dials.push(Date.now())
    }
  }
  const connection = await connect(candidate, `${origin}/idle`)
  dials.length = 0
  /** @type {Promise<number | null>} */
  const back = new Promise((resolve) => {
    candidate.onOpen(connection, () => resolve(Date.now()))
    setTimeout(resolve, patience, null)
  })
  const openedAt = await back
  candidate.close(connection)
  return { dials, openedAt }
}

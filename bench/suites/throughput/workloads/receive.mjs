// The server sends messages, as fast as the connection accepts them or at a rate, then a message that marks the end.

import { connect } from '../../../candidates/connect.mjs'
import { createReader } from './readers.mjs'

/**
 * @param {object} settings
 * @param {number} settings.size of each message, in bytes
 * @param {boolean} [settings.binary]
 * @param {boolean} [settings.heartbeat]
 * @param {boolean} [settings.renders] a renderer is subscribed as well, and reads the state at each notification
 * @returns {import('./index.mjs').Run}
 */
export const createReceive =
  ({ size, binary = false, heartbeat = false, renders = false }) =>
  async (candidate, origin, { messages, rate }) => {
    const query = `rate=${rate}&count=${messages}&bytes=${size}${binary ? '&binary=1' : ''}`
    const connection = await connect(candidate, `${origin}/flow?${query}`, { heartbeat, binary })
    const reader = createReader({ size, binary, messages, rate })
    let last
    if (renders) candidate.onChange?.(connection, (message) => (last = message))
    const end = new Promise((resolve) => candidate.onMessage(connection, reader.listener(resolve)))
    const start = performance.now()
    candidate.send(connection, 'go')
    await end
    const seconds = (performance.now() - start) / 1000
    candidate.close(connection)
    // `last` is used, so that no compiler can remove the read.
    return { seconds, ...reader.result(), rendered: `${last}`.length }
  }

// `/flow`: sends numbered messages at a rate, or as fast as the connection accepts them, after the message `go`; then `end <count>`.

import { once } from 'node:events'
import { createFramer } from './frames.mjs'

/** Bytes per write if there is no rate. */
const BLOCK = 64 * 1024

/**
 * @typedef {object} Flow
 * @property {number} rate messages per second; 0: as fast as the connection accepts them
 * @property {number} count messages
 * @property {import('./frames.mjs').Shape} shape
 */

/**
 * @param {URLSearchParams} params `rate`, `seconds` or `count`, `bytes`, `binary=1`
 * @returns {Flow}
 */
export function readFlow(params) {
  const number = (/** @type {string} */ name, fallback = 0) => Number(params.get(name) ?? fallback)
  const rate = number('rate')
  return {
    rate,
    count: number('count', rate * number('seconds', 5)),
    shape: { bytes: number('bytes', 100), binary: params.get('binary') === '1' },
  }
}

/**
 * @param {import('ws').WebSocket} socket
 * @param {import('node:stream').Duplex} stream its connection
 * @param {Flow} flow
 */
export async function pourFlow(socket, stream, { rate, count, shape }) {
  const frames = createFramer(shape)
  const gone = new AbortController()
  stream.once('close', () => gone.abort())
  const write = async (/** @type {number} */ first, /** @type {number} */ many) => {
    if (!stream.write(frames(first, many))) await once(stream, 'drain', { signal: gone.signal }).catch(() => {})
  }
  const most = Math.max(1, Math.floor(BLOCK / shape.bytes))
  const start = performance.now()
  for (let sent = 0; sent < count && !gone.signal.aborted;) {
    const due = rate === 0 ? count : Math.min(count, Math.floor(((performance.now() - start) * rate) / 1000))
    const many = Math.min(most, due - sent)
    if (many > 0) await write(sent, many)
    else await new Promise((resolve) => setTimeout(resolve, 1))
    sent += many
  }
  if (!gone.signal.aborted) socket.send(`end ${count}`)
}

// The clients of a trial, all in one process, over bare sockets of `ws`: the servers are measured, not client libraries. Each client joins
// when the one before it was accepted. The process sends a `Report` when all are accepted and have all members.

import { WebSocket } from 'ws'

/**
 * @typedef {object} Report
 * @property {number} joining ms until all were accepted
 * @property {number} knowing ms from then until all had all members
 * @property {number} bytes that the clients have received
 * @property {number} frames that the clients have received
 * @property {number} members that all clients together have
 */

/** @typedef {{ id: string }} User */

/**
 * @typedef {object} Dialect
 * @property {string} path
 * @property {string} [protocol]
 * @property {(token: string, send: (text: string) => void) => void} open called when the socket has opened
 * @property {(text: string, token: string, send: (text: string) => void) => 'accepted' | readonly User[] | undefined} read
 */

/** @type {Record<string, Dialect>} */
const dialects = {
  /** PROTOCOL.md of `@holdfast/server`. */
  holdfast: {
    path: '/',
    protocol: 'holdfast.v1.json',
    open: (token, send) => send(JSON.stringify({ t: 'hello', v: 1, token, sub: ['room'] })),
    read: (text, _, send) => {
      const frame = JSON.parse(text)
      if (frame.t === 'ping') send('{"t":"pong"}')
      if (frame.t === 'pres') return [...(frame.all ?? []), ...(frame.in ?? [])]
      return frame.t === 'welcome' ? 'accepted' : undefined
    },
  },
  /** Engine.IO 4 and Socket.IO 5, over WebSocket only. */
  socketIo: {
    path: '/socket.io/?EIO=4&transport=websocket',
    open: () => {},
    read: (text, token, send) => {
      if (text.startsWith('42')) {
        const [event, given] = JSON.parse(text.slice(2))
        return event === 'members' ? given : [given]
      }
      if (text.startsWith('0')) send(`40${JSON.stringify({ token })}`)
      if (text === '2') send('3')
      return text.startsWith('40') ? 'accepted' : undefined
    },
  },
}

const [, , name, origin, size, shows] = process.argv
const dialect = /** @type {Dialect} */ (dialects[`${name}`])
const count = Number(size)
let frames = 0
let members = 0
/** Clients that have all members. */
let informed = 0
/** @type {() => void} */
let onAllInformed = () => {}
/** @type {WebSocket[]} */
const sockets = []

/** Resolves when the client is accepted. @param {number} number */
const join = (number) =>
  new Promise((resolve, reject) => {
    const token = String(number)
    const known = new Uint8Array(count)
    let unknown = count
    const socket = new WebSocket(`${origin}${dialect.path}`, dialect.protocol ? [dialect.protocol] : [], {
      perMessageDeflate: false,
    })
    sockets.push(socket)
    const send = (/** @type {string} */ text) => socket.send(text)
    socket.on('open', () => dialect.open(token, send))
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
    socket.on('message', (data) => {
      frames++
      const read = dialect.read(data.toString(), token, send)
      if (read === 'accepted') return resolve(undefined)
      for (const { id } of read ?? []) {
        if (known[Number(id)]) continue
        known[Number(id)] = 1
        members++
        if (--unknown === 0 && ++informed === count) onAllInformed()
      }
    })
  })

process.on('disconnect', () => process.exit())
const start = performance.now()
for (let number = 0; number < count; number++) await join(number)
const joined = performance.now()
if (shows === 'true' && informed < count) await new Promise((resolve) => (onAllInformed = () => resolve(undefined)))
const end = performance.now()
// The types of `ws` do not contain the socket.
const bytes = sockets.reduce((sum, socket) => sum + /** @type {any} */ (socket)._socket.bytesRead, 0)
process.send?.({ joining: joined - start, knowing: end - joined, bytes, frames, members })

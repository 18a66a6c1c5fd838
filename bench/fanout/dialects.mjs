// Minimal clients for each protocol, because the servers are measured, not our client and not that of socket.io. Each detects when it is
// accepted, answers heartbeats, and resumes if the server supports that.

/** The stream, or the event, of all messages. */
export const STREAM = 'fan'

/**
 * @typedef {object} Dialect
 * @property {string} path
 * @property {string} [protocol]
 * @property {(text: string, connection: Connection) => 'message' | 'in' | undefined} parse what a frame is
 * @property {(connection: Connection) => 'in' | undefined} open called when the socket has opened
 *
 * @typedef {object} Connection
 * @property {(text: string) => void} send
 * @property {any} kept the welcome frame, for the next connection
 * @property {string} last the newest message
 *
 * @typedef {'plain' | 'holdfast' | 'socketIo'} DialectName
 */

/** @type {Record<DialectName, Dialect>} */
export const dialects = {
  plain: {
    path: '/',
    open: () => 'in',
    parse: () => 'message',
  },
  /** PROTOCOL.md of `@holdfast/server`. */
  holdfast: {
    path: '/',
    protocol: 'holdfast.v1.json',
    open: ({ send, kept, last }) => {
      const off = Number(after(last, '"off":')) || kept?.streams[STREAM][1]
      const ours = kept && { sid: kept.sid, key: kept.key, pos: { [STREAM]: [kept.streams[STREAM][0], off] } }
      send(JSON.stringify({ t: 'hello', v: 1, ...(ours ?? { sub: [STREAM] }) }))
      return undefined
    },
    parse: (text, connection) => {
      if (text.startsWith('{"t":"msg"')) return 'message'
      const frame = JSON.parse(text)
      if (frame.t === 'ping') connection.send('{"t":"pong"}')
      if (frame.t !== 'welcome') return undefined
      connection.kept = frame
      return 'in'
    },
  },
  /** Engine.IO 4 and Socket.IO 5, over WebSocket only. */
  socketIo: {
    path: '/socket.io/?EIO=4&transport=websocket',
    open: () => undefined,
    parse: (text, connection) => {
      if (text.startsWith('42')) return 'message'
      if (text.startsWith('0')) {
        const { kept, last } = connection
        // The offset is the last argument of a message: …,"offset"]
        const offset = kept?.pid && last ? last.slice(last.lastIndexOf(',"') + 2, -2) : undefined
        connection.send(`40${offset ? JSON.stringify({ pid: kept.pid, offset }) : ''}`)
      }
      if (text === '2') connection.send('3')
      if (!text.startsWith('40')) return undefined
      connection.kept = JSON.parse(text.slice(2))
      return 'in'
    },
  },
}

/** The number of a message, at any position in the frame. */
export const numberOf = (/** @type {string} */ text) => Number(after(text, '"n":'))

/** @param {string} text @param {string} label the text before a number that is not at the end */
function after(text, label) {
  const from = text.indexOf(label) + label.length
  let to = from
  while (text.charCodeAt(to) >= 48 && text.charCodeAt(to) <= 57) to++
  return text.slice(from, to)
}

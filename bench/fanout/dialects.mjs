// What a client says and hears, in as few words as the protocol allows: the servers are measured, not our client and not socket.io's.
// Each knows when it is let in, answers what it must, and resumes where the server lets it.

/** The stream, or the event, of all messages. */
export const STREAM = 'fan'

/**
 * @typedef {object} Dialect
 * @property {string} path
 * @property {string} [protocol]
 * @property {(text: string, speaker: Speaker) => 'message' | 'in' | undefined} hear what a frame is
 * @property {(speaker: Speaker) => 'in' | undefined} open what follows the opening of the socket
 *
 * @typedef {object} Speaker
 * @property {(text: string) => void} say
 * @property {any} kept from the welcome, for the next one
 * @property {string} last the newest message
 *
 * @typedef {'plain' | 'holdfast' | 'socketIo'} DialectName
 */

/** @type {Record<DialectName, Dialect>} */
export const dialects = {
  plain: {
    path: '/',
    open: () => 'in',
    hear: () => 'message',
  },
  /** PROTOCOL.md of `@holdfast/server`. */
  holdfast: {
    path: '/',
    protocol: 'holdfast.v1.json',
    open: ({ say, kept, last }) => {
      const off = Number(after(last, '"off":')) || kept?.streams[STREAM][1]
      const ours = kept && { sid: kept.sid, key: kept.key, pos: { [STREAM]: [kept.streams[STREAM][0], off] } }
      say(JSON.stringify({ t: 'hello', v: 1, ...(ours ?? { sub: [STREAM] }) }))
      return undefined
    },
    hear: (text, speaker) => {
      if (text.startsWith('{"t":"msg"')) return 'message'
      const frame = JSON.parse(text)
      if (frame.t === 'ping') speaker.say('{"t":"pong"}')
      if (frame.t !== 'welcome') return undefined
      speaker.kept = frame
      return 'in'
    },
  },
  /** Engine.IO 4 and Socket.IO 5, by WebSocket alone. */
  socketIo: {
    path: '/socket.io/?EIO=4&transport=websocket',
    open: () => undefined,
    hear: (text, speaker) => {
      if (text.startsWith('42')) return 'message'
      if (text.startsWith('0')) {
        const { kept, last } = speaker
        // The offset is the last argument of a message: …,"offset"]
        const offset = kept?.pid && last ? last.slice(last.lastIndexOf(',"') + 2, -2) : undefined
        speaker.say(`40${offset ? JSON.stringify({ pid: kept.pid, offset }) : ''}`)
      }
      if (text === '2') speaker.say('3')
      if (!text.startsWith('40')) return undefined
      speaker.kept = JSON.parse(text.slice(2))
      return 'in'
    },
  },
}

/** The number of a message, wherever in the frame it is. */
export const numberOf = (/** @type {string} */ text) => Number(after(text, '"n":'))

/** @param {string} text @param {string} label of a number, which something follows */
function after(text, label) {
  const from = text.indexOf(label) + label.length
  let to = from
  while (text.charCodeAt(to) >= 48 && text.charCodeAt(to) <= 57) to++
  return text.slice(from, to)
}

// The candidates of the fan-out; their servers are in servers.mjs.

/**
 * @typedef {object} Candidate
 * @property {string} title
 * @property {import('./dialects.mjs').DialectName} dialect the protocol of its clients
 * @property {boolean} recovers whether clients receive the messages that they missed
 */

/** @type {Record<string, Candidate>} the others are compared with the first */
export const candidates = {
  ws: { title: '`ws`: `send(text)` to each', dialect: 'plain', recovers: false },
  wsBuffer: { title: '`ws`: one `Buffer` for all', dialect: 'plain', recovers: false },
  wsFrame: { title: '`ws`: one frame for all, by its private sender', dialect: 'plain', recovers: false },
  hubPlain: { title: 'hub: `broadcast` to plain clients', dialect: 'plain', recovers: false },
  hubSession: { title: 'hub: `publish` to sessions', dialect: 'holdfast', recovers: true },
  socketIo: { title: 'socket.io: `emit`', dialect: 'socketIo', recovers: false },
  socketIoRecovery: { title: 'socket.io: `emit`, with connection state recovery', dialect: 'socketIo', recovers: true },
}

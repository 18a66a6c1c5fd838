// The candidates of the presence benchmark; their servers are in serverEntry.mjs.

/**
 * @typedef {object} Candidate
 * @property {string} title
 * @property {'holdfast' | 'socketIo'} dialect the protocol of its clients
 * @property {boolean} showsMembers whether clients receive the members of the stream
 */

/** @type {Record<string, Candidate>} the others are compared with the last */
export const candidates = {
  hubWithout: { title: 'hub, without presence', dialect: 'holdfast', showsMembers: false },
  hub: { title: 'hub, `presence: true`', dialect: 'holdfast', showsMembers: true },
  socketIo: { title: 'socket.io, a room by hand', dialect: 'socketIo', showsMembers: true },
}

// Connects a candidate and waits until it is open.

/**
 * @param {import('./index.mjs').Candidate} candidate
 * @param {string} url
 * @param {import('./index.mjs').Options} [options]
 * @returns {Promise<any>} its connection, open
 */
export const connect = (candidate, url, options = {}) =>
  new Promise((resolve, reject) => {
    const connection = candidate.create(url, options)
    candidate.onOpen(connection, () => resolve(connection))
    candidate.onLeave(connection, () => reject(new Error(`could not connect to ${url}`)))
  })

// Loading a client and its first connection, timed, in a place that has done neither before.

/**
 * @typedef {object} Times
 * @property {number} load ms to import the module
 * @property {number} open ms from there until connected
 */

/**
 * @param {string} module a path or an address
 * @param {string} url
 * @returns {Promise<Times>}
 */
export async function firstConnect(module, url) {
  const start = performance.now()
  const { default: candidate } = await import(/* @vite-ignore */ module)
  const loaded = performance.now()
  const connection = candidate.create(url, {})
  await new Promise((resolve) => candidate.onOpen(connection, resolve))
  const opened = performance.now()
  candidate.close(connection)
  return { load: loaded - start, open: opened - loaded }
}

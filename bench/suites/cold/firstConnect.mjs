// Measures the time to load a client and to open its first connection, in a new process or page.

/**
 * @typedef {object} Times
 * @property {number} load ms to import the module
 * @property {number} open ms from then until connected
 */

/**
 * @param {string} module a path or a URL
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

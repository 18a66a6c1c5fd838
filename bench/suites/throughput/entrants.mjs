// The entrants of the throughput suite: every candidate, and our client a second time, bundled for an older target. A bundler lowers the
// syntax of a package for older browsers, private class members for example, which may cost time for every message.

import { names } from '../../candidates/names.mjs'

/**
 * @typedef {object} Entrant
 * @property {string} name in the results
 * @property {import('../../candidates/names.mjs').Name} candidate
 * @property {import('../../buildBundle.mjs').Target} target of its bundle
 */

/** The name of our client in a bundle for ES2020. */
export const ES2020 = 'holdfast (ES2020)'

/** Whether an entrant is our client, at any target. */
export const isOurs = (/** @type {string} */ name) => name === 'holdfast' || name === ES2020

/** Whether an entrant is another client. */
export const isPeer = (/** @type {string} */ name) => name !== 'bare' && !isOurs(name)

/** @type {readonly Entrant[]} */
export const entrants = names.flatMap((candidate) => {
  // The suite of the drop-in classes measures it.
  if (candidate === 'holdfast class') return []
  /** @type {Entrant} */
  const entrant = { name: candidate, candidate, target: 'es2022' }
  return candidate === 'holdfast' ? [entrant, { name: ES2020, candidate, target: 'es2020' }] : [entrant]
})

/** For workloads that only our client has, and for --quick. */
export const oursAndBare = entrants.filter(({ name }) => !isPeer(name))

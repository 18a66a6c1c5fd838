// Medians and spreads, and when one is told from another.

/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {number} low a quarter of the values lies below
 * @property {number} high a quarter lies above
 */

/**
 * @param {readonly number[]} values at least one
 * @returns {Spread}
 */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (/** @type {number} */ part) => {
    const place = (sorted.length - 1) * part
    const below = sorted[Math.floor(place)] ?? Number.NaN
    const above = sorted[Math.ceil(place)] ?? Number.NaN
    return below + (above - below) * (place % 1)
  }
  return { median: at(0.5), min: at(0), max: at(1), low: at(0.25), high: at(0.75) }
}

/** What a ratio must differ from 1 by, besides agreeing in three rounds of four, before it counts. */
const NOISE = 0.02

/**
 * @param {Spread} ratio above 1 is better, round by round
 * @returns {boolean} whether it is better by more than the noise
 */
export const isBetter = ratio => ratio.low > 1 && ratio.median > 1 + NOISE

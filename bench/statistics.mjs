// Medians, spreads, and the test for a significant difference.

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
    const position = (sorted.length - 1) * part
    const below = sorted[Math.floor(position)] ?? Number.NaN
    const above = sorted[Math.ceil(position)] ?? Number.NaN
    return below + (above - below) * (position % 1)
  }
  return { median: at(0.5), min: at(0), max: at(1), low: at(0.25), high: at(0.75) }
}

/** The minimum difference of a ratio from 1. */
const NOISE = 0.02

/**
 * @param {Spread} ratio above 1 is better, round by round
 * @returns {boolean} whether it is better by more than the noise: in three rounds of four, by more than 2 % in the median, and by more
 *   than half of what the middle rounds lie apart
 */
export const isBetter = ({ low, high, median }) => low > 1 && median - 1 > Math.max(NOISE, (high - low) / 2)

// Counts events per 100 ms and draws them as a histogram.

export const STEP = 100

/**
 * @param {readonly number[]} times in ms from the beginning
 * @returns {number[]}
 */
export function countPerStep(times) {
  /** @type {number[]} */
  const counts = []
  for (const time of times) {
    const bin = Math.max(0, Math.floor(time / STEP))
    while (counts.length <= bin) counts.push(0)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}

/**
 * @param {readonly number[]} counts bars
 * @param {readonly number[]} plans a number beside each
 * @param {number} bound a mark in each line
 * @returns {string}
 */
export function drawHistogram(counts, plans, bound) {
  const unit = Math.max(bound, ...counts) / 60
  const mark = Math.round(bound / unit)
  const lines = Array.from({ length: Math.max(counts.length, plans.length) }, (_, bin) => {
    const count = counts[bin] ?? 0
    const bar = '#'.repeat(Math.round(count / unit))
    const line = bar.length <= mark ? `${bar.padEnd(mark)}|` : `${bar.slice(0, mark)}|${bar.slice(mark)}`
    return `${String(bin * STEP).padStart(6)} ms ${String(plans[bin] ?? 0).padStart(8)} ${String(count).padStart(8)} ${line}`
  })
  return ['     since  planned  arrived', ...lines].join('\n')
}

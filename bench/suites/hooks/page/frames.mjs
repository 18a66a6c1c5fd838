// How smoothly the page runs meanwhile: the intervals between its frames, and the tasks that the browser calls long (above 50 ms).

/** A frame at 60 Hz, in ms. */
const FRAME = 1000 / 60

/**
 * @typedef {object} Smoothness
 * @property {number} frames
 * @property {number} dropped frames that were due in intervals of more than one and a half
 * @property {number} longestGap between two frames, in ms
 * @property {number} longTasks
 * @property {number} longestTask in ms; 0 where none was long
 */

/** @returns {() => Smoothness} ends the watch */
export function watchFrames() {
  /** @type {number[]} */
  const gaps = []
  /** @type {number[]} */
  const tasks = []
  let last = 0
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
  observer.observe({ type: 'longtask' })
  const tick = (/** @type {number} */ now) => {
    if (last) gaps.push(now - last)
    last = now
    handle = requestAnimationFrame(tick)
  }
  let handle = requestAnimationFrame(tick)
  return () => {
    cancelAnimationFrame(handle)
    tasks.push(...observer.takeRecords().map(({ duration }) => duration))
    observer.disconnect()
    return {
      frames: gaps.length,
      dropped: gaps.reduce((sum, gap) => sum + (gap > 1.5 * FRAME ? Math.round(gap / FRAME) - 1 : 0), 0),
      longestGap: Math.max(0, ...gaps),
      longTasks: tasks.length,
      longestTask: Math.max(0, ...tasks),
    }
  }
}

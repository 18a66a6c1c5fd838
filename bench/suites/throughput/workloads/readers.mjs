// What the listener of a round does with each message. In a burst it counts, and no more: what is measured is the client. At a rate
// there is time to look at each number and at the clock.

/** A message is late when it comes so many ms after its turn. */
const LATE = 50

/**
 * @typedef {object} Tally
 * @property {number} lost
 * @property {number} doubled
 * @property {number} late
 */

/**
 * @typedef {object} Reader
 * @property {(ended: (word: unknown) => void) => (data: any) => void} listener
 * @property {() => Tally} result
 */

/**
 * @param {{ size: number, binary: boolean, messages: number, rate: number }} settings
 * @returns {Reader}
 */
export function createReader({ size, binary, messages, rate }) {
  if (rate > 0) return createWatch(messages, rate, size)
  let seen = 0
  return {
    listener: binary
      ? (ended) => (data) => {
          if (data.byteLength === size) seen++
          else ended(data)
        }
      : (ended) => (data) => {
          if (data.length === size) seen++
          else ended(data)
        },
    result: () => ({ lost: Math.max(0, messages - seen), doubled: Math.max(0, seen - messages), late: 0 }),
  }
}

/**
 * @param {number} messages
 * @param {number} rate per second
 * @param {number} size
 * @returns {Reader}
 */
function createWatch(messages, rate, size) {
  const arrivals = new Float64Array(messages)
  let doubled = 0
  return {
    listener: (ended) => (data) => {
      if (data.length !== size) return ended(data)
      const number = Number.parseInt(data, 10)
      if (arrivals[number] === 0) arrivals[number] = performance.now()
      else doubled++
    },
    result: () => {
      // The turn of each, from whichever came soonest after its own.
      const after = (/** @type {number} */ arrival, /** @type {number} */ number) => arrival - (number * 1000) / rate
      const start = arrivals.reduce(
        (least, arrival, number) => (arrival ? Math.min(least, after(arrival, number)) : least),
        Infinity,
      )
      const late = arrivals.reduce(
        (count, arrival, number) => count + Number(arrival > 0 && after(arrival, number) - start > LATE),
        0,
      )
      const lost = arrivals.reduce((count, arrival) => count + Number(arrival === 0), 0)
      return { lost, doubled, late }
    },
  }
}

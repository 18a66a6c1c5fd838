// What a suite is: a question with its measurement, its table, and the counts that must hold on every machine.

/**
 * One line of results, as plain data: whatever the suite's own table needs.
 * @typedef {Record<string, any>} Row
 */

/**
 * @typedef {object} Context
 * @property {string} origin `ws://127.0.0.1:port` of the server, which has a process of its own
 * @property {() => Promise<import('../cdp.mjs').Cdp>} chromium the one browser, launched when first asked for
 * @property {boolean} quick so small that all suites take about a minute: for the counts, not for the times
 * @property {string | undefined} only measure what has this in its name, and no more
 * @property {number | undefined} rounds exactly so many
 * @property {string | undefined} profile folder for CPU profiles
 * @property {(line: string) => void} log progress
 */

/**
 * A figure that does not depend on the machine's speed: renders, timers, sockets, messages lost, allocations per message, bytes.
 * Never a time. `npm run bench -- --quick` fails where one is above the most that is allowed.
 * @typedef {object} Count
 * @property {string} what
 * @property {number} value
 * @property {number} most
 */

/**
 * @typedef {object} Goal
 * @property {string} goal
 * @property {string} measured
 * @property {boolean} met
 */

/**
 * @typedef {object} Suite
 * @property {string} name of its folder, and of its results
 * @property {string} title
 * @property {(context: Context) => Promise<Row[]>} run
 * @property {(rows: Row[]) => string} table markdown, and what is measured in a few words
 * @property {(rows: Row[]) => Count[]} counts
 * @property {(rows: Row[]) => Goal[]} [goals] what the project has set itself, for README.md
 */

/**
 * @param {Suite} suite
 * @param {Row[]} rows
 * @returns {string[]} the counts that are above their bounds, or no numbers, in words
 */
export const excesses = (suite, rows) =>
  suite
    .counts(rows)
    .filter(({ value, most }) => !(value <= most))
    .map(({ what, value, most }) => `${suite.name}: ${what}: ${value}, at most ${most}`)

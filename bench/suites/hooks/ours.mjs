// Which rows are ours, and what ours must be like on every machine.

/** @typedef {import('./index.mjs').HooksRow} HooksRow */

/** Our core and our hooks. */
export const isOurs = (/** @type {{ candidate: string }} */ { candidate }) => candidate.startsWith('holdfast')

/** Our hooks alone. */
export const isOurHook = (/** @type {{ candidate: string }} */ { candidate }) => candidate.startsWith('holdfast ')

/**
 * @template {HooksRow['part']} Part
 * @param {readonly HooksRow[]} rows
 * @param {Part} part
 */
export const partOf = (rows, part) =>
  /** @type {Extract<HooksRow, { part: Part }>[]} */ (rows.filter((row) => row.part === part))

/** Renders per second: a frame each, and one for the first message, which waits for none. */
export const MOST_RENDERS = 61

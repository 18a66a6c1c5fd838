// The candidates in the order of the tables; ratios are to the first. Only names, for the process that runs the rounds: it is not
// bundled, so it cannot load the candidates.

export const names = /** @type {const} */ ([
  'bare',
  'holdfast',
  'holdfast class',
  'reconnecting-websocket',
  'partysocket',
  'websocket-ts',
])

/** @typedef {typeof names[number]} Name */

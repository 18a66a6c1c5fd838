// Who is measured, in the order of the tables; the others are divided by the first. Names only, for the process that directs the
// rounds: it is not bundled, so it cannot load the candidates themselves.

export const names = /** @type {const} */ ([
  'bare',
  'holdfast',
  'reconnecting-websocket',
  'partysocket',
  'websocket-ts',
])

/** @typedef {typeof names[number]} Name */

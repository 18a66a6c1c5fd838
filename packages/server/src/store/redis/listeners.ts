/** Sets of listeners. */

export const emit = <A extends unknown[]>(listeners: Set<(...args: A) => void>, ...args: A): void => {
  for (const listener of [...listeners]) listener(...args)
}

/** Adds a listener. Returns a function that removes it. */
export const listen = <L>(listeners: Set<L>, listener: L): (() => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

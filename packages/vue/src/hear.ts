/** Callbacks by the name of their event. */

/** Calls the one that the options have; an answer says that there was one, so that no error is told twice. */
export const hear = (options: object, type: string, value: unknown): unknown => {
  const callback = (options as Record<string, ((value: unknown) => void) | undefined>)[`on${type[0]!.toUpperCase()}${type.slice(1)}`]
  return callback && [callback(value)]
}

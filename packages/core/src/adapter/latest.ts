/** Options of a component that may change with each render. */

/** The options of the latest render; an empty object after the component is unmounted. Has the shape of a React ref. */
export interface Latest {
  readonly current: object
}

/**
 * Calls `create` with options that are read from `initial` during the call and from `latest` after it, so that callbacks are always the
 * latest ones. A render may create something before its options are committed; that is why `initial` is needed.
 */
export const withLatest = <Options extends object, Created>(
  initial: Options,
  latest: Latest,
  create: (options: Options) => Created,
): Created => {
  let source: Latest = { current: initial }
  const created = create(new Proxy(initial, { get: (_, name) => source.current[name as never] }))
  source = latest
  return created
}

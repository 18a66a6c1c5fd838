import { StoreUnavailableError } from './storeUnavailableError.ts'
import { within } from './within.ts'

/** Creates a promise for the first connection. It rejects after the timeout, and the rejection needs no handler. */
export const createStart = (timeout: number): { started: Promise<void>; resolve: () => void } => {
  let resolve = (): void => undefined
  const first = new Promise<void>((done) => {
    resolve = done
  })
  const started = within(first, timeout, () => new StoreUnavailableError(`Redis was not reached within ${timeout} ms`))
  started.catch(() => undefined)
  return { started, resolve }
}

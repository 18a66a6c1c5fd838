/** What the tests need from a browser beside the page that runs them: pages of their own. One implementation for each engine. */

export interface BrowserDriver {
  /** Opens a page in a window of its own, waits until it has loaded, and returns its id. */
  open(url: string): Promise<string>
  /** Evaluates an expression in the page, waits for its promise, and returns the result. It must be a value of JSON. */
  evaluate(page: string, expression: string): Promise<unknown>
  /** Hides the page, so that its `visibilityState` is `hidden`. */
  hide(page: string): Promise<void>
  /** Shows a hidden page again. */
  show(page: string): Promise<void>
  /** Emulates a device that has lost its network, or has it again. Undefined where the engine cannot. */
  setOffline?(page: string, offline: boolean): Promise<void>
  close(page: string): Promise<void>
  /** Ends the browser with everything that was started for it. */
  quit(): Promise<void>
}

/** Wraps an expression so that its result crosses the protocol as text, whatever the protocol does with objects. */
export const asJson = (expression: string): string => `(async () => JSON.stringify((await (${expression})) ?? null))()`

/** Records the listeners on the window and the document. Fails after the test if any is left. */

import { expect, onTestFinished, vi } from 'vitest'

/** A listener is removed only by a call with the same phase (DOM, "remove an event listener"). */
export const isCapture = (options: boolean | EventListenerOptions | undefined): boolean =>
  typeof options === 'object' ? !!options.capture : !!options

/** Call it before the client is created. Returns a function that lists the event types with a listener, sorted. */
export const browserListeners = (): (() => string[]) => {
  const present: { type: string; listener: unknown; capture: boolean }[] = []
  for (const target of [window, document] as EventTarget[]) {
    const { addEventListener, removeEventListener } = target
    vi.spyOn(target, 'addEventListener').mockImplementation((...args) => {
      present.push({ type: args[0], listener: args[1], capture: isCapture(args[2]) })
      addEventListener.apply(target, args)
    })
    vi.spyOn(target, 'removeEventListener').mockImplementation((...args) => {
      const at = present.findIndex(
        ({ type, listener, capture }) => type === args[0] && listener === args[1] && capture === isCapture(args[2]),
      )
      if (at >= 0) present.splice(at, 1)
      removeEventListener.apply(target, args)
    })
  }
  onTestFinished(() => expect(present, 'listeners left on the page').toEqual([]))
  return () => present.map(({ type }) => type).sort()
}

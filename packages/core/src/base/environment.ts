/** The page around a connection: network, visibility and life cycle. Its events are hints: they start or delay a dial and prove nothing. */

/**
 * Events of the environment. `wake`: the page became visible, focused, resumed, or returned from the back/forward cache. `hide`:
 * the page is being unloaded or enters that cache, which accepts no page with an open connection. `hidden`: the page is not
 * visible and draws no frames.
 */
export type EnvironmentEvent = 'online' | 'offline' | 'wake' | 'hide' | 'hidden'

/** Implement it on platforms without a page, such as React Native, with the events that the platform has. */
export interface Environment {
  /** Whether the platform believes that there is a network. */
  online(): boolean
  /** Whether the page is hidden now. @default false */
  hidden?(): boolean
  /** Starts reporting events. Returns the function that stops it. Called only while a connection is wanted. */
  subscribe(listener: (event: EnvironmentEvent) => void): () => void
}

/** Without `freeze`: a frozen page runs no code, and `resume` follows (Page Lifecycle). */
const EVENTS = ['online', 'offline', 'pagehide', 'pageshow', 'resume', 'focus', 'visibilitychange']

/** Events after which the page may be hidden. A frozen page may resume without being shown. */
const MAY_BE_HIDDEN = /^(visibilitychange|resume)$/

/**
 * The first event after all other listeners of `pagehide`, in which the application may still send. Firefox and WebKit call a listener last
 * that is added to `pagehide` during its capture phase. Chromium does not call it, and emits `visibilitychange`. A page that is hidden already
 * emits nothing more.
 */
const AFTER_PAGEHIDE = ['pagehide', 'visibilitychange']

/** The environment of a browser page or worker; undefined on other platforms. */
export const browserEnvironment = (): Environment | undefined => {
  const { document, addEventListener, removeEventListener } = globalThis
  // React Native has a `window` without listeners, and libraries add only one of the two.
  if (!addEventListener || !removeEventListener) return
  return {
    // Deno and Node have a `navigator` without `onLine`.
    online: () => globalThis.navigator?.onLine !== false,
    hidden: () => !!document?.hidden,
    subscribe: (listener) => {
      const hide = (): void => {
        for (const type of AFTER_PAGEHIDE) removeEventListener(type, hide)
        listener('hide')
      }
      const handle = ({ type }: { type: string }): void => {
        const isHidden = document?.hidden
        if (type === 'online' || type === 'offline') listener(type)
        else if (type !== 'pagehide') listener(isHidden && MAY_BE_HIDDEN.test(type) ? 'hidden' : 'wake')
        else if (isHidden) hide()
        else for (const next of AFTER_PAGEHIDE) addEventListener(next, hide)
      }
      // In the capture phase, the window also receives events of the document. `focus` would then fire for every field.
      for (const type of EVENTS) addEventListener(type, handle, type !== 'focus')
      return () => {
        for (const type of EVENTS) removeEventListener(type, handle, type !== 'focus')
        for (const type of AFTER_PAGEHIDE) removeEventListener(type, hide)
      }
    },
  }
}

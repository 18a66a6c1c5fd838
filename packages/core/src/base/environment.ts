/** The page around a connection: network hints, visibility and life-cycle. Hints only: they hasten or postpone, they prove nothing. */

/**
 * What the environment report. `wake`: the page is seen, focused, thawed or back from the back/forward cache. `hide`: it is going
 * away or into that cache, which wants no open connection. `hidden`: it is out of sight and draws no frames.
 */
export type EnvironmentEvent = 'online' | 'offline' | 'wake' | 'hide' | 'hidden'

/** Replace it where there is no page, as in React Native: report what the platform knows. */
export interface Environment {
  /** Whether the platform thinks that there is a network. */
  online(): boolean
  /** Starts reporting; the returned function ends it. Called only while a connection is wanted. */
  subscribe(listener: (event: EnvironmentEvent) => void): () => void
}

/** `freeze` is not among them: a frozen page runs nothing, and what it missed shows at `resume` (Page Lifecycle). */
const EVENTS: Record<string, EnvironmentEvent> = {
  online: 'online',
  offline: 'offline',
  pagehide: 'hide',
  pageshow: 'wake',
  resume: 'wake',
  focus: 'wake',
  visibilitychange: 'wake',
}

/** Those of a browser page or worker; undefined where there is neither. */
export const browserEnvironment = (): Environment | undefined => {
  const { document, addEventListener, removeEventListener } = globalThis
  if (typeof addEventListener !== 'function') return
  return {
    online: () => navigator.onLine,
    subscribe: (listener) => {
      const hear = ({ type }: { type: string }): void =>
        listener(type === 'visibilitychange' && document.hidden ? 'hidden' : EVENTS[type]!)
      // Captured, to hear on the window what is raised on the document; but not the focus of every field.
      for (const type in EVENTS) addEventListener(type, hear, type !== 'focus')
      return () => {
        for (const type in EVENTS) removeEventListener(type, hear, type !== 'focus')
      }
    },
  }
}

/** The page around a connection: network hints, visibility and life-cycle. Hints only: they hasten or postpone, they prove nothing. */

/** What the surroundings report. */
export type Happening = 'online' | 'offline' | 'visible' | 'hidden' | 'focus' | 'resume' | 'pagehide' | 'pageshow'

/** Replace it where there is no page, as in React Native: report what the platform knows. */
export interface Surroundings {
  /** Whether the platform thinks that there is a network. */
  online(): boolean
  /** Starts reporting; the returned function ends it. Called only while a connection is wanted. */
  subscribe(listener: (happening: Happening) => void): () => void
}

const EVENTS = ['online', 'offline', 'focus', 'pagehide', 'pageshow', 'visibilitychange', 'resume']

/**
 * Those of a browser page or worker; undefined where there is neither. `freeze` needs no listener: a frozen page runs nothing,
 * and what was missed shows at `resume` (Page Lifecycle).
 */
export const browserSurroundings = (): Surroundings | undefined => {
  const { navigator, addEventListener } = globalThis
  if (typeof addEventListener !== 'function' || !navigator) return
  return {
    online: () => navigator.onLine !== false,
    subscribe: (listener) => {
      const hear = ({ type }: { type: string }): void =>
        listener((type === 'visibilitychange' ? document.visibilityState : type) as Happening)
      // Captured, to hear on the window what is raised on the document; but not each field's focus.
      for (const type of EVENTS) addEventListener(type, hear, type !== 'focus')
      return () => {
        for (const type of EVENTS) removeEventListener(type, hear, type !== 'focus')
      }
    },
  }
}

/** Records the timers, animation frames and page listeners of our packages. Frames are drawn only on command. */

import { vi } from 'vitest'
import { isCapture } from './browserListeners.ts'

export interface PlatformWatch {
  /** Runs the callbacks of one animation frame. */
  frame(): void
  /** Describes each timer, frame and listener that is left. */
  left(): string[]
}

/** The page events that a client listens to. Frameworks listen to others, which do not count. */
const PAGE_EVENTS = /^(online|offline|pagehide|pageshow|freeze|resume|focus|visibilitychange)$/
/** Matches the paths of our sources in a stack trace. */
const OURS = /packages\/(core|vue|react)\/src\//

/** `vi.restoreAllMocks` and `vi.unstubAllGlobals` remove it. */
export const watchPlatform = (): PlatformWatch => {
  const listeners: { type: string; listener: unknown; capture: boolean }[] = []
  const timers = new Set<unknown>()
  let frames = new Map<number, (time: number) => void>()
  let last = 0

  for (const target of [window, document] as EventTarget[]) {
    const { addEventListener, removeEventListener } = target
    vi.spyOn(target, 'addEventListener').mockImplementation((...args) => {
      if (PAGE_EVENTS.test(args[0])) {
        listeners.push({ type: args[0], listener: args[1], capture: isCapture(args[2]) })
      }
      addEventListener.apply(target, args)
    })
    vi.spyOn(target, 'removeEventListener').mockImplementation((...args) => {
      const at = listeners.findIndex(
        ({ type, listener, capture }) => type === args[0] && listener === args[1] && capture === isCapture(args[2]),
      )
      if (at >= 0) listeners.splice(at, 1)
      removeEventListener.apply(target, args)
    })
  }

  const { setTimeout, clearTimeout } = globalThis
  vi.stubGlobal('setTimeout', (callback: () => void, delay?: number) => {
    const ours = OURS.test(new Error('stack trace').stack ?? '')
    const handle = setTimeout(() => {
      timers.delete(handle)
      callback()
    }, delay)
    if (ours) timers.add(handle)
    return handle
  })
  vi.stubGlobal('clearTimeout', (handle: NodeJS.Timeout) => {
    timers.delete(handle)
    clearTimeout(handle)
  })
  vi.stubGlobal('requestAnimationFrame', (draw: (time: number) => void) => {
    frames.set(++last, draw)
    return last
  })
  vi.stubGlobal('cancelAnimationFrame', (id: number) => void frames.delete(id))

  return {
    frame: () => {
      const requested = frames
      frames = new Map()
      for (const draw of requested.values()) draw(0)
    },
    left: () => [
      ...listeners.map(({ type }) => `a listener of ${type}`),
      ...[...timers].map(() => 'a timer'),
      ...[...frames].map(() => 'a frame'),
    ],
  }
}

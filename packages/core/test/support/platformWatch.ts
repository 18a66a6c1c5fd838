/** What our packages take from the platform: timers, frames, listeners of the page. Frames are drawn when told. */

import { vi } from 'vitest'

export interface PlatformWatch {
  /** Draws one frame. */
  frame(): void
  /** What is still held, in words. */
  left(): string[]
}

/** The events that a client listens to on a page; a framework has its own, which are not counted. */
const PAGE_EVENTS = /^(online|offline|pagehide|pageshow|freeze|resume|focus|visibilitychange)$/
/** Where our sources are, in a stack. */
const OURS = /packages\/(core|vue|react)\/src\//

/** Undone by `vi.restoreAllMocks` and `vi.unstubAllGlobals`. */
export const watchPlatform = (): PlatformWatch => {
  const listeners: string[] = []
  const timers = new Set<unknown>()
  let frames = new Map<number, (time: number) => void>()
  let last = 0

  for (const target of [window, document] as EventTarget[]) {
    const { addEventListener, removeEventListener } = target
    vi.spyOn(target, 'addEventListener').mockImplementation((...args) => {
      if (PAGE_EVENTS.test(args[0])) listeners.push(args[0])
      addEventListener.apply(target, args)
    })
    vi.spyOn(target, 'removeEventListener').mockImplementation((...args) => {
      const at = listeners.indexOf(args[0])
      if (at >= 0) listeners.splice(at, 1)
      removeEventListener.apply(target, args)
    })
  }

  const { setTimeout, clearTimeout } = globalThis
  vi.stubGlobal('setTimeout', (callback: () => void, delay?: number) => {
    const ours = OURS.test(new Error('who asks').stack ?? '')
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
      const due = frames
      frames = new Map()
      for (const draw of due.values()) draw(0)
    },
    left: () => [
      ...listeners.map((type) => `a listener of ${type}`),
      ...[...timers].map(() => 'a timer'),
      ...[...frames].map(() => 'a frame'),
    ],
  }
}

/** The class of the package `ws` as the platform's `WebSocket`, which Node 20 lacks. It counts dials, including those that fail. */

import { vi } from 'vitest'
import { WebSocket } from 'ws'

const dials = new Map<string, number>()
const waiting = new Set<() => void>()

class CountedWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    const { host } = new URL(url)
    dials.set(host, dialsOf(url) + 1)
    for (const check of waiting) check()
  }
}

export const usePlatform = (): void => void vi.stubGlobal('WebSocket', CountedWebSocket)

/** The number of dials of the server at this URL. */
export const dialsOf = (url: string | URL): number => dials.get(new URL(url).host) ?? 0

/** Resolves after this number of further dials. */
export const furtherDials = (url: string, count: number): Promise<void> => {
  const wanted = dialsOf(url) + count
  return new Promise((resolve) => {
    const check = (): void => {
      if (dialsOf(url) < wanted) return
      waiting.delete(check)
      resolve()
    }
    waiting.add(check)
  })
}

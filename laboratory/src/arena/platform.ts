/** The real time of the browser, taken before the arena replaces the globals. */

export interface Platform {
  /** In ms. */
  now(): number
  /** Waits for a task: everything that the platform has to do by itself is done before. */
  breathe: () => Promise<void>
  sleep(ms: number): Promise<void>
}

export const createPlatform = (): Platform => {
  const { setTimeout, performance } = globalThis
  const now = performance.now.bind(performance)
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.onmessage = () => waiting.shift()?.()
  return {
    now,
    breathe: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        port2.postMessage(null)
      }),
    sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  }
}

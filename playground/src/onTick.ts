const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** Less often for users who prefer reduced motion, in ms. */
const interval = (): number => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 1000 : 100)

/**
 * Calls a function regularly, in an animation frame, while the page is visible. All functions share one timer. Returns a function that
 * stops it.
 */
export function onTick(run: () => void): () => void {
  listeners.add(run)
  timer ??= setInterval(() => {
    if (document.visibilityState === 'visible') requestAnimationFrame(tick)
  }, interval())
  return () => {
    listeners.delete(run)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  for (const run of listeners) run()
}

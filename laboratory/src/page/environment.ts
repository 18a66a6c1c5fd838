// What depends on the browser, each with a fallback: the page may run in a sandbox.

/** Copies a text. Returns whether that worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** Calls `draw` at most once for each animation frame, and once a second if the user prefers reduced motion. */
export function createScheduler(draw: () => void): { schedule(): void; flush(): void } {
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  let cancel: (() => void) | null = null
  const flush = (): void => {
    cancel?.()
    cancel = null
    draw()
  }
  return {
    flush,
    schedule() {
      if (cancel) return
      if (calm.matches) {
        const timer = setTimeout(flush, 1000)
        cancel = () => clearTimeout(timer)
      } else {
        const frame = requestAnimationFrame(flush)
        cancel = () => cancelAnimationFrame(frame)
      }
    },
  }
}

/** Calls `change` now and whenever the tab is hidden or shown. */
export function watchVisibility(change: (isHidden: boolean) => void): void {
  const report = (): void => change(document.hidden)
  document.addEventListener('visibilitychange', report)
  report()
}

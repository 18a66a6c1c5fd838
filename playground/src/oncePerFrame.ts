/**
 * Combines any number of calls into one per animation frame, so that ten thousand messages cause one rendering. A page in the
 * background has no frames; it is updated when it becomes visible again.
 */
export function oncePerFrame(run: () => void): () => void {
  let scheduled = false
  return () => {
    if (scheduled) return
    scheduled = true
    requestAnimationFrame(() => {
      scheduled = false
      run()
    })
  }
}

/**
 * Gathers any number of calls into one per animation frame: ten thousand messages are one rendering. A page in the background
 * has no frames and is brought up to date when it is looked at again.
 */
export function oncePerFrame(run: () => void): () => void {
  let asked = false
  return () => {
    if (asked) return
    asked = true
    requestAnimationFrame(() => {
      asked = false
      run()
    })
  }
}

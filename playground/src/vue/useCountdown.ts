import { type Ref, shallowRef, watchEffect } from 'vue'

/** The ms left until `until` (epoch ms), updated ten times a second; undefined if `until` is. */
export function useCountdown(until: Readonly<Ref<number | undefined>>): Readonly<Ref<number | undefined>> {
  const left = shallowRef<number>()
  watchEffect((onCleanup) => {
    const end = until.value
    if (end === undefined) {
      left.value = undefined
      return
    }
    const tick = (): void => {
      left.value = Math.max(0, end - Date.now())
    }
    tick()
    const timer = setInterval(tick, 100)
    onCleanup(() => clearInterval(timer))
  })
  return left
}

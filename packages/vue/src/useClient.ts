/** Which client belongs to a source: the one given, or one of the component's own for each destination. Mounting opens it, setup never. */

import type { Dial, UrlSource, WebSocketClient } from '@holdfast/core'
import { tryOnMounted, tryOnScopeDispose } from '@vueuse/shared'
import { type ShallowRef, isReactive, isRef, nextTick, shallowRef, toValue, unref, watch } from 'vue'
import { type UseWebSocketOptions, createOwn } from './createOwn.ts'
import { type Follower, followAnswer } from './followAnswer.ts'
import { callbacksIn, hear } from './hear.ts'
import { type Source, identify, isClient } from './source.ts'

/** Is told of each client at once, and again when it comes into use and goes out of it. */
export type Enter<In, Out> = (client: WebSocketClient<In, Out>, used: boolean) => void

/** The client of a component, in use while it is mounted. Another destination is another client; the component's own old one is disposed. */
export const useClient = <In, Out>(
  source: Source<In, Out>,
  options: UseWebSocketOptions<In, Out>,
  enter?: Enter<In, Out>,
): ShallowRef<WebSocketClient<In, Out>> => {
  /** What the component has at hand; nothing once it is gone. */
  const latest: { current: object } = { current: options }
  const client = shallowRef() as ShallowRef<WebSocketClient<In, Out>>
  let own: WebSocketClient<In, Out> | undefined
  let follower: Follower | undefined
  let deafen: (() => void) | undefined
  let release: (() => void) | undefined
  let mounted = false

  const attend = (): void => {
    if (latest.current !== options) return
    const { value } = client
    deafen?.()
    deafen = value === own ? undefined : hear(value, callbacksIn(options), latest)
    enter?.(value, true)
    mounted = true
    // The old one last, so that a client which stays the same is in use throughout.
    const before = release
    release = value.retain()
    before?.()
  }
  /** After a flush, so that an address made of two refs is dialled once. */
  const attendSoon = (): unknown => mounted && nextTick(attend)
  const take = (next: WebSocketClient<In, Out>): void => {
    client.value = next
    enter?.(next, false)
    attendSoon()
  }
  const show = (given: unknown): boolean => {
    const yes = isClient<In, Out>(given)
    if (yes && given !== client.value) take(given)
    return yes
  }
  const finish = (): void => {
    follower?.stop()
    own?.dispose()
    own = undefined
    if (client.value) enter?.(client.value, false)
    deafen?.()
    release?.()
  }
  const renew = (): void => {
    const given = unref(source)
    // A key says nothing of a client that is shared.
    if (isClient(given) && given === client.value) return
    finish()
    if (show(given)) return
    follower = typeof given === 'function' ? followAnswer(given as (dial: Dial) => unknown, show, renew) : undefined
    take((own = createOwn(follower?.ask ?? (given as UrlSource), options, latest)))
  }

  renew()
  if (isRef(source) || isReactive(options) || 'key' in options) {
    watch(
      () => [identify(unref(source)), toValue(options.key), callbacksIn(options)],
      ([url, key], [oldUrl, oldKey]) => (url === oldUrl && key === oldKey ? attendSoon() : renew()),
      { flush: 'sync' },
    )
  }
  tryOnMounted(attend)
  tryOnScopeDispose(() => {
    latest.current = {}
    finish()
  })
  return client
}

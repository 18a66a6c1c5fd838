/** Which client belongs to a source: the one given, or one of the component's own for each destination. Mounting opens it, setup never. */

import type { Dial, UrlSource, WebSocketClient } from '@holdfast/core'
import { tryOnMounted, tryOnScopeDispose } from '@vueuse/shared'
import { type ShallowRef, isReactive, isRef, nextTick, shallowRef, toValue, unref, watch } from 'vue'
import { type UseWebSocketOptions, createOwn } from './createOwn.ts'
import { type Follower, followAnswer } from './followAnswer.ts'
import { callbacksIn, hear } from './hear.ts'
import { type Source, identify, isClient } from './source.ts'

/** Is told of each client at once; what it returns is called when that is in use, and returns what ends the use. */
export type Enter<In, Out> = (client: WebSocketClient<In, Out>) => () => () => void

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
  /** What was entered, how it is begun and how ended. */
  let begin: (() => () => void) | undefined
  let end: (() => void) | undefined
  let deafen: (() => void) | undefined
  let release: (() => void) | undefined
  let mounted = false

  const leave = (): void => {
    end?.()
    deafen?.()
  }
  const attend = (): void => {
    if (latest.current !== options) return
    leave()
    const { value } = client
    deafen = value === own ? undefined : hear(value, callbacksIn(options), latest)
    end = begin?.()
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
    begin = enter?.(next)
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
    leave()
    release?.()
  }
  const renew = (): void => {
    const given = unref(source)
    // A key says nothing of a client that is shared.
    if (isClient(given) && given === client.value) return
    finish()
    if (show(given)) return
    let url = given as UrlSource
    if (typeof given === 'function') {
      const { ask } = (follower ??= followAnswer((answer) => show(answer) || renew()))
      url = (dial: Dial) => {
        const answer = ask(() => (given as (dial: Dial) => unknown)(dial))
        return show(answer) ? null : (answer as string)
      }
    }
    take((own = createOwn(url, options, latest)))
  }

  renew()
  if (isRef(source) || isReactive(options) || 'key' in options) {
    watch(
      [() => identify(unref(source)), () => toValue(options.key), () => callbacksIn(options)],
      ([address, key], [oldAddress, oldKey]) => (address === oldAddress && key === oldKey ? attendSoon() : renew()),
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

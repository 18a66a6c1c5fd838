/** Which client belongs to a source: the one given, or one of the component's own for each destination. Mounting opens it, setup never. */

import type { Dial, UrlSource, WebSocketClient } from '@holdfast/core'
import { tryOnMounted, tryOnScopeDispose } from '@vueuse/shared'
import { type ShallowRef, shallowRef, toValue, unref, watch } from 'vue'
import { type UseWebSocketOptions, createOwn } from './createOwn.ts'
import { followAnswer } from './followAnswer.ts'
import { hear } from './hear.ts'
import { type Source, identify, isClient } from './source.ts'

/** The client of a component, in use while it is mounted. Another destination is another client; the component's own old one is disposed. */
export const useClient = <In, Out>(source: Source<In, Out>, options: UseWebSocketOptions<In, Out>): ShallowRef<WebSocketClient<In, Out>> => {
  /** What the component has at hand; nothing once it is gone. */
  const latest: { current: object } = { current: options }
  const client = shallowRef() as ShallowRef<WebSocketClient<In, Out>>
  let own: WebSocketClient<In, Out> | undefined
  let leave: (() => void) | undefined

  const { ask, stop } = followAnswer((answer) => show(answer) || renew())
  const show = (given: unknown): boolean => {
    if (isClient<In, Out>(given)) client.value = given
    return isClient(given)
  }
  const end = (): void => {
    leave?.()
    stop()
    own?.dispose()
    own = undefined
  }
  const renew = (): void => {
    const given = unref(source)
    // A key says nothing of a client that is shared.
    if (isClient(given) && given === client.value) return
    end()
    if (show(given)) return
    const provide = (dial: Dial): string | null => {
      const answer = ask(() => (given as (dial: Dial) => unknown)(dial))
      return show(answer) ? null : (answer as string)
    }
    client.value = own = createOwn(typeof given === 'function' ? provide : (given as UrlSource), options, latest)
  }
  const attend = (): void => {
    if (latest.current !== options) return
    leave?.()
    const { value } = client
    const off = value !== own && value.tap((type, said) => hear(options, type, said))
    const release = value.retain()
    leave = () => {
      release()
      if (off) off()
    }
  }

  renew()
  watch([() => identify(unref(source)), () => toValue(options.key)], renew, { flush: 'sync' })
  // After a flush, so that an address made of two refs is dialled once.
  watch(client, () => leave && attend())
  tryOnMounted(attend)
  tryOnScopeDispose(() => {
    latest.current = {}
    end()
  })
  return client
}

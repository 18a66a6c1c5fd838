/** The client of a component: the given one, or one of its own for each URL and key. It is opened when mounted, or at once outside a component. */

import type { Dial, UrlSource, WebSocketClient } from '@holdfast/core'
import {
  callbackNames,
  createOwnedClient,
  identityOf,
  isClient,
  isServer,
  listen,
  warnOfIgnoredOptions,
} from '@holdfast/core/adapter'
import { tryOnMounted, tryOnScopeDispose } from '@vueuse/shared'
import {
  type ShallowRef,
  getCurrentInstance,
  isReactive,
  isRef,
  nextTick,
  shallowRef,
  toValue,
  unref,
  watch,
} from 'vue'
import type { OnClient } from './clientStore.ts'
import type { UseWebSocketOptions } from './options.ts'
import type { Source } from './source.ts'
import { type TrackedUrl, trackUrlGetter } from './trackUrlGetter.ts'

/** Keeps a client open while the component is mounted. An own client is disposed when the URL or key changes and when the scope ends. */
export const useClient = <In, Out>(
  source: Source<In, Out>,
  options: UseWebSocketOptions<In, Out>,
  onClient?: OnClient<In, Out>,
): ShallowRef<WebSocketClient<In, Out>> => {
  /** Empty once the scope has ended, so that no callback is called any more. */
  const latest: { current: object } = { current: options }
  const client = shallowRef() as ShallowRef<WebSocketClient<In, Out>>
  let ownClient: WebSocketClient<In, Out> | undefined
  let trackedUrl: TrackedUrl | undefined
  let unsubscribe: (() => void) | undefined
  let release: (() => void) | undefined
  let isMounted = false

  const activate = (): void => {
    if (latest.current !== options) return // the scope has ended
    const { value } = client
    unsubscribe?.()
    // An own client reads the callbacks from its options.
    unsubscribe = value === ownClient ? undefined : listen(value, callbackNames(options), latest)
    if (value !== ownClient) warnOfIgnoredOptions(value, options)
    onClient?.(value, true)
    isMounted = true
    // Retain the new client before releasing the old one, so that a client which stays the same is not closed in between.
    const releaseOld = release
    release = value.retain()
    releaseOld?.()
  }
  // After a flush, so that a URL made of two refs that change together is dialled once.
  const activateAfterFlush = (): unknown => isMounted && nextTick(activate)
  const adopt = (next: WebSocketClient<In, Out>): void => {
    client.value = next
    onClient?.(next, false)
    activateAfterFlush()
  }
  const adoptIfClient = (value: unknown): boolean => {
    const isAdopted = isClient<In, Out>(value)
    if (isAdopted) adopt(value)
    return isAdopted
  }
  const stopUsing = (): void => {
    trackedUrl?.stop()
    ownClient?.dispose()
    ownClient = undefined
    if (client.value) onClient?.(client.value, false)
    unsubscribe?.()
    release?.()
  }
  const replace = (): void => {
    const given = unref(source)
    // Another key does not affect a shared client.
    if (isClient(given) && given === client.value) return
    stopUsing()
    if (adoptIfClient(given)) return
    trackedUrl =
      typeof given === 'function' ? trackUrlGetter(given as (dial: Dial) => unknown, adoptIfClient, replace) : undefined
    adopt((ownClient = createOwnedClient(trackedUrl?.get ?? (given as UrlSource), options, latest)))
  }

  replace()
  // Otherwise nothing that is watched can change.
  if (isRef(source) || isReactive(options) || 'key' in options) {
    watch(
      () => [identityOf(unref(source)), toValue(options.key), callbackNames(options)],
      ([url, key], [oldUrl, oldKey]) => (url === oldUrl && key === oldKey ? activateAfterFlush() : replace()),
      // At once, so that a message sent right after a change of the URL is not sent to the old one.
      { flush: 'sync' },
    )
  }
  // Outside a component it opens at once, but not in a plugin, store or router guard that runs on a server.
  if (getCurrentInstance() || !isServer()) tryOnMounted(activate)
  tryOnScopeDispose(() => {
    latest.current = {}
    trackedUrl?.stop()
    // In a microtask, because cleanups that run later, such as `onUnmounted`, may send.
    queueMicrotask(stopUsing)
  })
  return client
}

/** Which client belongs to a source: the one given, or one of the component's own for each destination. Mounting opens it, setup never. */

import { type Dial, type UrlSource, type WebSocketClient, type WebSocketOptions, createWebSocket } from '@holdfast/core'
import { tryOnMounted, tryOnScopeDispose } from '@vueuse/shared'
import { type MaybeRef, type MaybeRefOrGetter, ReactiveEffect, type ShallowRef, shallowRef, toValue, unref, watch } from 'vue'

/** What a component connects to: an address as `createWebSocket` takes it, or a client that is then shared. */
export type Source<In, Out> = MaybeRef<UrlSource | WebSocketClient<In, Out>> | (() => WebSocketClient<In, Out>)

/** Those of `createWebSocket`: numbers are read once for each destination, functions at each use. With a client given, only callbacks count. */
export interface UseWebSocketOptions<In, Out> extends Omit<WebSocketOptions<In, Out>, 'lazy' | 'linger'> {
  /** Another key is another destination, as another URL is: the connection ends, its queue is dropped, and a new one begins. */
  key?: MaybeRefOrGetter<unknown>
}

/** Callbacks by name. */
type Callbacks = Record<string, ((value: unknown) => void) | undefined>

const isClient = <In, Out>(source: unknown): source is WebSocketClient<In, Out> => !!(source as WebSocketClient | null)?.retain

/** The client of a component, in use while it is mounted. Another destination is another client; the component's own old one is disposed. */
export const useClient = <In, Out>(source: Source<In, Out>, options: UseWebSocketOptions<In, Out>): ShallowRef<WebSocketClient<In, Out>> => {
  type Provider = (dial: Dial) => unknown
  const client = shallowRef() as ShallowRef<WebSocketClient<In, Out>>
  let latest: object = options
  let own: WebSocketClient<In, Out> | undefined
  let asked: ReactiveEffect | undefined
  let leave: (() => void) | undefined

  const late = new Proxy({ ...options }, { get: (_, name) => name === 'lazy' || latest[name as never] })
  const end = (): void => {
    leave?.()
    asked?.stop()
    own?.dispose()
  }
  const renew = (): void => {
    const given = unref(source) as UrlSource | WebSocketClient<In, Out>
    end()
    own = isClient<In, Out>(given) ? undefined : createWebSocket(typeof given === 'function' ? (dial) => ask(given, dial) : given, late)
    client.value = own ?? (given as WebSocketClient<In, Out>)
  }
  /** Runs a provider and watches what it reads before its first `await`. A getter of a client shows itself here. */
  const ask = (provider: Provider, dial: Dial): ReturnType<Extract<UrlSource, Provider>> => {
    asked?.stop()
    const effect = (asked = new ReactiveEffect(() => provider(dial)))
    let answer: unknown
    const shows = (given: unknown): boolean => {
      if (!isClient<In, Out>(given)) return false
      client.value = given
      return true
    }
    effect.scheduler = () => {
      if (!effect.dirty) return
      let again: unknown
      try {
        // An answer that takes time cannot be compared.
        again = answer instanceof Promise || effect.run()
      } catch {
        // The next dial will report it.
      }
      if (!shows(again) && `${again}` !== `${answer}`) renew()
    }
    answer = effect.run()
    return shows(answer) ? null : (answer as string)
  }
  const attend = (): void => {
    leave?.()
    const { value } = client
    const off = value !== own && value.tap((type, said) => (options as Callbacks)[`on${type[0]!.toUpperCase()}${type.slice(1)}`]?.(said))
    const release = value.retain()
    leave = () => {
      release()
      if (off) off()
    }
  }

  renew()
  watch([() => (unref(source) as URL | null)?.href ?? unref(source), () => toValue(options.key)], renew, { flush: 'sync' })
  // After a flush, so that an address made of two refs is dialled once.
  watch(client, () => leave && attend())
  tryOnMounted(attend)
  tryOnScopeDispose(() => {
    // Whoever is gone hears nothing more.
    latest = {}
    end()
  })
  return client
}

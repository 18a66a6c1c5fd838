/** Mutants of the Vue package: see CONTRIBUTING.md. */

import type { MutatedFile } from '../../../scripts/mutate/mutant.ts'
import { adapterMutants } from '../../core/test/mutants/adapter.ts'

const tests = ['vue/test/']

export const vueMutants: readonly MutatedFile[] = [
  {
    file: 'vue/src/useClient.ts',
    tests,
    mutants: [
      [
        'callbacks of the previous set stay on a shared client',
        'const { value } = client\n    unsubscribe?.()',
        'const { value } = client',
      ],
      [
        'callbacks stay on a shared client after unmounting',
        'onClient?.(client.value, false)\n    unsubscribe?.()',
        'onClient?.(client.value, false)',
      ],
      ['the store of the client goes on after unmounting', 'if (client.value) onClient?.(client.value, false)', ''],
      ['the client is not released after unmounting', 'unsubscribe?.()\n    release?.()', 'unsubscribe?.()'],
      ['the previous client is not released', 'releaseOld?.()', ''],
      [
        'a client that stays is closed in between',
        'const releaseOld = release\n    release = value.retain()\n    releaseOld?.()',
        'release?.()\n    release = value.retain()',
      ],
      [
        'the previous URL function is still followed',
        'trackedUrl?.stop()\n    ownClient?.dispose()',
        'ownClient?.dispose()',
      ],
      ['the previous own client is not disposed', 'ownClient?.dispose()', ''],
      ['a client is activated after its scope has ended', 'if (latest.current !== options) return', ''],
      ['callbacks are called after unmounting', 'latest.current = {}', ''],
      [
        'a URL function is followed until the microtask after unmounting',
        'latest.current = {}\n    trackedUrl?.stop()',
        'latest.current = {}',
      ],
      ['the connection closes before later cleanups have run', 'queueMicrotask(stopUsing)', 'stopUsing()'],
      ['nothing is released after unmounting', 'queueMicrotask(stopUsing)', ''],
      [
        'ignored options beside a shared client are not warned of',
        'if (value !== ownClient) warnOfIgnoredOptions(value, options)',
        '',
      ],
      ['options of an own client are warned of', 'if (value !== ownClient) warn', 'warn'],
      ['the store of the client is not subscribed to', 'onClient?.(value, true)', ''],
      ['another client is not activated', 'isMounted = true', ''],
      ['a URL that changes before mounting is dialled', 'isMounted && nextTick(activate)', 'nextTick(activate)'],
      ['a URL that is made of two refs is dialled twice', 'isMounted && nextTick(activate)', 'isMounted && activate()'],
      [
        'the state of another client is not shown at once',
        'client.value = next\n    onClient?.(next, false)',
        'client.value = next',
      ],
      ['a client is taken for a URL', 'return isAdopted', 'return false'],
      ['another key closes a shared client', 'if (isClient(given) && given === client.value) return', ''],
      [
        'the old destination is still used',
        'stopUsing()\n    if (adoptIfClient(given)) return',
        'if (adoptIfClient(given)) return',
      ],
      ['a URL in a ref is not followed', 'isRef(source) || isReactive(options)', 'isReactive(options)'],
      ['reactive options are not followed', "|| isReactive(options) || 'key'", "|| 'key'"],
      ['a key is not followed', " || 'key' in options", ''],
      ['another key is the same destination', 'url === oldUrl && key === oldKey', 'url === oldUrl'],
      ['another URL is the same destination', 'url === oldUrl && key === oldKey', 'key === oldKey'],
      ['a message sent after a change goes to the old URL', "{ flush: 'sync' }", '{}'],
      ['a callback that is added later is not called', '? activateAfterFlush() : replace()', '? undefined : replace()'],
      ['a composable outside a component opens on a server', 'getCurrentInstance() || !isServer()', 'true'],
      ['a composable outside a component never opens', 'getCurrentInstance() || !isServer()', 'getCurrentInstance()'],
      [
        'callbacks of an own client are called twice',
        'value === ownClient ? undefined : listen(value, callbackNames(options), latest)',
        'listen(value, callbackNames(options), latest)',
      ],
      [
        'a URL function in a ref is used after it was replaced by a URL',
        ': undefined\n    adopt(',
        ': trackedUrl\n    adopt(',
      ],
      ['a component connects before it is mounted', 'tryOnMounted(activate)', 'activate()'],
      [
        'callbacks of the first options are called for a shared client',
        'listen(value, callbackNames(options), latest)',
        'listen(value, callbackNames(options), { current: { ...options } })',
      ],
    ],
  },
  {
    file: 'vue/src/clientStore.ts',
    tests,
    mutants: [
      ['the store of the previous client stays subscribed', 'stop()\n      store = create', 'store = create'],
      ['the store stays subscribed after unmounting', 'else stop()', ''],
      ['the next store is never subscribed to', 'unsubscribe?.()\n    unsubscribe = undefined', 'unsubscribe?.()'],
      ['the subscription is only forgotten', 'unsubscribe?.()\n    unsubscribe = undefined', 'unsubscribe = undefined'],
      ['another key has the same store', 'client !== storeClient || key !== storeKey', 'client !== storeClient'],
      ['another client has the same store', 'client !== storeClient || key !== storeKey', 'key !== storeKey'],
      ['each update with a key has a new store', 'storeKey = key', ''],
      ['each update has a new store', 'storeClient = client', ''],
      ['the store is subscribed to at each update', 'unsubscribe ??= store', 'unsubscribe = store'],
      ['the state of a new store is not shown at once', 'else stop()\n    show(store)', 'else stop()'],
      ['the store is subscribed to before mounting', 'if (isActive) unsubscribe', 'if (true) unsubscribe'],
      ['the store stays active', 'isActive = nextIsActive', 'isActive ||= nextIsActive'],
    ],
  },
  {
    file: 'vue/src/snapshotRefs.ts',
    tests,
    mutants: [
      ['fields that were read are not followed on another client', 'for (const name in refs) snapshot.track(name)', ''],
      ['a change of another field counts as a repeated message', 'next.received > received && ', ''],
      ['each notification counts as a repeated message', 'received = next.received', ''],
      ['a watcher runs twice for a message', ' && next.lastMessage === lastMessage.value', ''],
      ['a watcher misses the second of two equal messages', 'if (isRepeated) triggerRef(lastMessage)', ''],
      ['a field does not subscribe', 'current().track(name)\n    update()', 'update()'],
      ['a field has a new ref at each read', 'refs[name] ?? create(name)', 'create(name)'],
      [
        'refs of fields are not set',
        'for (const name in refs) refs[name]!.value',
        'for (const name in {} as typeof refs) refs[name]!.value',
      ],
    ],
  },
  {
    file: 'vue/src/streamRefs.ts',
    tests,
    mutants: [
      ['messages of a stream are not shown', 'messages.value = state?.messages ?? []', ''],
      ['members of a stream are not shown', 'members.value = state?.members ?? []', ''],
      ['a resync of a stream is not shown', 'resync.value = state?.resync', ''],
      ['a getter of a client with a session throws', 'mayLackSession && ', 'false && '],
      ['a client without a session is not refused', 'mayLackSession && ', ''],
      ['another name of the stream is not followed', 'getName,\n  )', ')'],
    ],
  },
  {
    file: 'vue/src/trackUrlGetter.ts',
    tests,
    mutants: [
      ['the refs that an earlier dial read are still followed', 'stop()\n      const effect', 'const effect'],
      ['an unchanged computed value counts as a change', 'if (!effect.dirty) return', ''],
      ['a change of an async URL function is ignored', 'value instanceof Promise || effect.run()', 'effect.run()'],
      ['an equal URL object counts as a change', 'identityOf(next) === identityOf(value)', 'next === value'],
      ['another client counts as another URL', 'if (!adoptIfClient(next)) onChange()', 'onChange()'],
      [
        'a client that a function returns is dialled as a URL',
        'adoptIfClient(value) ? null : (value as string)',
        '(value as string)',
      ],
      [
        'a URL function is followed after its end',
        'const stop = (): void => active?.stop()',
        'const stop = (): void => {}',
      ],
      ['a change to an equal URL reconnects', 'if (identityOf(next) === identityOf(value)) return', ''],
      ['a getter is not followed back to its first client', 'value = next\n', '\n'],
    ],
  },
  {
    file: 'vue/src/useStream.ts',
    tests,
    mutants: [
      ['another name of the stream is not followed', 'watch(getName, refs.update)', ''],
      [
        'a name that is only passed through is joined',
        'watch(getName, refs.update)',
        "watch(getName, refs.update, { flush: 'sync' })",
      ],
      [
        'callbacks of a stream are called for every stream',
        'withoutStreamCallbacks(options) as UseWebSocketOptions',
        'options as UseWebSocketOptions',
      ],
      ['clear() throws without a session', 'refs.current()?.clear()', 'refs.current()!.clear()'],
      ['a URL without a session is not refused', "typeof unref(source) === 'function'", 'true'],
      ['clear() does nothing', 'clear: () => refs.current()?.clear()', 'clear: () => {}'],
      ['the client of a stream can be replaced', 'client: readonlyState(client)', 'client: client'],
    ],
  },
  {
    file: 'vue/src/useMessages.ts',
    tests,
    mutants: [
      ['clear() empties the list of the first client', 'clear: () => current().clear()', 'clear: current().clear'],
      ['a list can be replaced', 'messages: readonlyState(messages)', 'messages'],
    ],
  },
  {
    file: 'vue/src/useWebSocket.ts',
    tests,
    mutants: [
      [
        'functions use the first client',
        '(...args: never[]): unknown => (client.value[name] as (...args: never[]) => unknown)(...args)',
        'client.value[name]',
      ],
      ['a ref can be set', 'readonlyState(refs.get(name))', 'refs.get(name)'],
      ['spreading the result copies no ref', 'enumerable: true', 'enumerable: false'],
      ['`reconnect` is missing', ", 'reconnect'] as const", '] as const'],
    ],
  },
  {
    file: 'vue/src/readonlyState.ts',
    tests: ['vue/test/refs'],
    mutants: [['Pinia takes a ref for state to serialise', 'Object.assign(ref, { effect: true })', 'ref']],
  },
  ...adapterMutants(tests),
]

/** Mutants of the React package: see CONTRIBUTING.md. */

import type { MutatedFile } from '../../../scripts/mutate/mutant.ts'
import { adapterMutants } from '../../core/test/mutants/adapter.ts'

const tests = ['react/test/']

export const reactMutants: readonly MutatedFile[] = [
  {
    file: 'react/src/useClient.ts',
    tests,
    mutants: [
      ['the old connection closes after the new one is dialled', 'disposeOld.current?.()', ''],
      ['ignored options are not warned of', 'if (client === source) warnOfIgnoredOptions(client, options)', ''],
      ['options of an own client are warned of', 'if (client === source) warn', 'warn'],
      ['callbacks stay on a shared client after unmounting', 'return () => {\n      unsubscribe()', 'return () => {'],
      ['the connection closes before later cleanups have run', 'queueMicrotask(release)', 'release()'],
      ['the client is not released after unmounting', 'queueMicrotask(release)', ''],
      [
        'an own client is not disposed after unmounting',
        'queueMicrotask((disposeOld.current = dispose))',
        'disposeOld.current = dispose',
      ],
      [
        'an own client is disposed only after its microtask',
        'queueMicrotask((disposeOld.current = dispose))',
        'queueMicrotask(dispose)',
      ],
      [
        'an own client is disposed before later cleanups have run',
        'queueMicrotask((disposeOld.current = dispose))',
        '(disposeOld.current = dispose)()',
      ],
      [
        'a hidden component disposes its client',
        'client !== source && latest.current.client !== client',
        'client !== source',
      ],
      [
        'a shared client is disposed',
        'client !== source && latest.current.client !== client',
        'latest.current.client !== client',
      ],
      ['a callback that is added later is not called', '[client, names])', '[client])'],
      ['another client is not retained', '[client, names])', '[names])'],
      ['the effect runs at each render', '}, [client, names])', '})'],
      ['another key is the same destination', '[destination, options.key]', '[destination]'],
      ['another URL is the same destination', '[destination, options.key]', '[options.key]'],
      [
        'a new function is another destination',
        "typeof source === 'function' ? true : identityOf(source)",
        'identityOf(source)',
      ],
      ['an equal URL object is another destination', ': identityOf(source)', ': source'],
      ['the URL function of the first render is called', "typeof source === 'function' ? getUrl : source", 'source'],
      [
        'a source that is no function any more is called',
        "typeof latestSource === 'function' ? latestSource(dial) : null",
        '(latestSource as () => string)()',
      ],
      ['the URL function gets no dial', 'latestSource(dial)', '(latestSource as () => string)()'],
      [
        'callbacks of an own client are called twice',
        "client === source ? callbackNames(options) : ''",
        'callbackNames(options)',
      ],
      ['callbacks of a shared client are not called', "client === source ? callbackNames(options) : ''", "''"],
      ['the client of a hidden component is not known', '{ ...options, source, client })', '{ ...options, source })'],
      [
        'callbacks of an old render are called',
        'listen(client, names, latest)',
        'listen(client, names, { current: options })',
      ],
      [
        'the first events of a shared client are missed',
        'const unsubscribe = listen(client, names, latest)\n    const release = client.retain()',
        'const release = client.retain()\n    const unsubscribe = listen(client, names, latest)',
      ],
      [
        'each use retains twice',
        'const release = client.retain()',
        'const release = client.retain()\n    client.retain()',
      ],
      [
        'an own client uses the first options',
        'source, options, latest)\n',
        'source, options, { current: options })\n',
      ],
    ],
  },
  {
    // Vue disposes its client before it releases it.
    file: 'core/src/adapter/ownedClient.ts',
    tests,
    mutants: [['an own client lingers after its component', 'linger: 0, ', '']],
  },
  {
    file: 'react/src/useCommitted.ts',
    tests,
    mutants: [
      ['values stay after unmounting', 'ref.current = {}', ''],
      ['values are never written', 'ref.current = value', ''],
      ['values are those of the first render', 'ref.current = {}\n    }\n  })', 'ref.current = {}\n    }\n  }, [])'],
      [
        'values are written after the effects of children',
        'useInsertionEffect } from',
        'useEffect as useInsertionEffect } from',
      ],
      [
        'values are written after layout effects of children',
        'useInsertionEffect } from',
        'useLayoutEffect as useInsertionEffect } from',
      ],
      [
        'a render that is discarded writes its values',
        'useInsertionEffect(() => {\n    ref.current = value',
        'ref.current = value\n  useInsertionEffect(() => {\n    ref.current = value',
      ],
    ],
  },
  {
    file: 'react/src/useTrackedState.ts',
    tests,
    mutants: [
      ['each change renders', 'if (next[name] !== read[name]) return next', 'return next'],
      ['a change of a field that was not read renders', 'return rendered ?? next', 'return next'],
      ['the rendered state is not stored', 'rendered = state', ''],
      ['a field that was read is not compared', 'read[name as keyof State] = state[name as keyof State]', ''],
      ['a field that was read does not subscribe', 'track?.(name as string)', ''],
      ['a function that was read subscribes', 'if (name in state) {', 'if (name) {'],
      [
        'the history is copied at each render',
        'Object.defineProperties({ ...rest } as State & Rest, Object.getOwnPropertyDescriptors(state))',
        '{ ...rest, ...state } as State & Rest',
      ],
      ['hydration does not use the state of the server', 'get, getServerState)', 'get, get)'],
      ['a server render throws', 'get, getServerState)', 'get)'],
      ['no change renders', 'for (const name in read) if (next[name] !== read[name]) return next', ''],
    ],
  },
  {
    file: 'react/src/useStreamView.ts',
    tests,
    mutants: [
      ['callbacks of a stream are not called', 'useCommitted(latest, options)', ''],
      ['a stream stays on the previous client', '[client, name],', '[name],'],
      ['another name of the stream is not followed', '[client, name],', '[client],'],
      [
        'callbacks of a stream stay those of the first render',
        'withLatest(options, latest, (current) => createStreamView<In, Out, Row>(client, name, current))',
        'createStreamView<In, Out, Row>(client, name, options)',
      ],
    ],
  },
  {
    file: 'react/src/useStream.ts',
    tests,
    mutants: [
      [
        'callbacks of a stream are called for every stream',
        'withoutStreamCallbacks(options) as UseWebSocketOptions',
        'options as UseWebSocketOptions',
      ],
      ['hydration shows members that a server does not', '() => EMPTY', 'view.get'],
      ['clear() of a stream is another function at each render', 'clear: view.clear', 'clear: () => view.clear()'],
      ['the server state of a stream is another object at each call', '() => EMPTY', '() => ({ ...EMPTY })'],
    ],
  },
  {
    file: 'react/src/useMessages.ts',
    tests,
    mutants: [
      [
        '`select` stays that of the first render',
        'withLatest(options, latest, (current) => createMessageList<In, Out, Row>(client, current))',
        'createMessageList<In, Out, Row>(client, { ...options, ...(latest && {}) })',
      ],
      [
        'clear() of a list is another function at each render',
        'get, get), clear }',
        'get, get), clear: () => clear() }',
      ],
      ['a server render of a list throws', '(subscribe, get, get)', '(subscribe, get)'],
    ],
  },
  {
    file: 'react/src/serverSnapshot.ts',
    tests,
    mutants: [
      ['a server render always shows closed', "status === 'closed' ? CLOSED : CONNECTING", 'CLOSED'],
      ['a server render always shows connecting', "status === 'closed' ? CLOSED : CONNECTING", 'CONNECTING'],
      [
        'hydration with an open client shows closed',
        "status === 'closed' ? CLOSED",
        "status !== 'connecting' ? CLOSED",
      ],
    ],
  },
  {
    file: 'react/src/useWebSocket.ts',
    tests,
    mutants: [
      ['hydration shows the state of an open client', 'serverSnapshot(snapshot.get().status)', 'snapshot.get()'],
      [
        '`send` is another function at each render',
        'SessionClient<In, Out>,\n    send,',
        'SessionClient<In, Out>,\n    send: (...given) => send(...given),',
      ],
      [
        '`open` is another function at each render',
        'open,\n    close,\n    reconnect,',
        'open: () => open(),\n    close,\n    reconnect,',
      ],
    ],
  },
  ...adapterMutants(tests),
]

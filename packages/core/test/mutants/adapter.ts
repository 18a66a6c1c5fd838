/** Mutants of what the Vue and React packages share. Each package runs its own tests with them. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

/** @param tests of the package */
export const adapterMutants = (tests: readonly string[]): readonly MutatedFile[] => [
  {
    file: 'core/src/adapter/callbacks.ts',
    tests,
    mutants: [
      [
        'a callback that is undefined counts as a listener',
        '/^on[A-Z]/.test(name) && (options as Callbacks)[name]',
        '/^on[A-Z]/.test(name)',
      ],
      [
        'only the first callback is unsubscribed',
        'unsubscribers?.forEach((unsubscribe) => unsubscribe?.())',
        'unsubscribers?.[0]?.()',
      ],
      ['a callback that is gone is called', '[name]?.(value)', '[name]!(value)'],
      [
        'a session callback beside a client without a session throws',
        'return undefined\n    }\n  })',
        "throw new Error('unknown event')\n    }\n  })",
      ],
      ['`onMessage` of useStream is called for every stream', 'on(Message|Resync|Presence)$', 'on(Resync|Presence)$'],
      ['`onResync` of useStream is called for every stream', 'on(Message|Resync|Presence)$', 'on(Message|Presence)$'],
      ['`onPresence` of useStream is called for every stream', 'on(Message|Resync|Presence)$', 'on(Message|Resync)$'],
    ],
  },
  {
    file: 'core/src/adapter/identity.ts',
    tests,
    mutants: [
      ['an equal URL object is another destination', '(source as URL | null)?.href ?? source', 'source'],
      ['a URL of null throws', '(source as URL | null)?.href', '(source as URL).href'],
    ],
  },
  {
    file: 'core/src/adapter/latest.ts',
    tests,
    mutants: [['callbacks stay those of the first render', 'source = latest', '']],
  },
  {
    file: 'core/src/adapter/ownedClient.ts',
    tests,
    mutants: [
      ['a client opens on a server', 'isServer() ? disableUntilRetained(client) : client', 'client'],
      ['a client opens before its component is mounted', 'lazy: true }', 'lazy: false }'],
      ['a component without a URL throws', 'url ?? null', 'url'],
    ],
  },
  {
    file: 'core/src/adapter/serverSide.ts',
    tests,
    mutants: [
      ['open() opens on a server', 'open: () => isRetained && open()', 'open: () => open()'],
      ['reconnect() dials on a server', 'reconnect: () => isRetained && reconnect()', 'reconnect: () => reconnect()'],
      ['send() queues on a server', 'isRetained ? options : { queue: false }', 'options'],
      ['a worker counts as a server', " && !('importScripts' in globalThis)", ''],
    ],
  },
  {
    file: 'core/src/adapter/sharedClient.ts',
    tests,
    mutants: [
      ['the warning of ignored options is repeated', 'warned.add(client)', ''],
      ['an ignored option that is undefined is warned of', 'options[name as never] !== undefined && ', ''],
      ['an ignored `onConnect` is not warned of', 'on(?!Connect$)', 'on'],
    ],
  },
  {
    file: 'core/src/adapter/rendering.ts',
    tests,
    mutants: [
      [
        'components show different states in one frame',
        'internals.getRendered()',
        '(client as never as Rendering<In>).get()',
      ],
      [
        'messages notify components that show none',
        'internals.snapshots.subscribe(listener, messages)',
        'internals.snapshots.subscribe(listener)',
      ],
    ],
  },
  {
    file: 'core/src/adapter/trackedSnapshot.ts',
    tests,
    mutants: [
      ['the subscription of the previous level stays', 'unsubscribe?.()', ''],
      ['a component without fields subscribes', 'level && listener ?', 'listener ?'],
      ['a component that shows no messages is notified of them', 'level > 1)', 'true)'],
      ['the subscription stays after unmounting', 'return () => setListener()', 'return () => {}'],
      ['a field read later does not subscribe', 'level = needed\n      setListener(listener)', 'level = needed'],
      ['`messages` is not kept up to date', 'lastMessage|received|messages', 'lastMessage|received'],
      ['`received` is not kept up to date', 'lastMessage|received|messages', 'lastMessage|messages'],
      ['a field read later lowers the level', 'if (level >= needed) return', ''],
    ],
  },
]

// The state shared by the two panels and the settings form, independent of any framework.
import { type UrlSource, createWebSocket } from '@holdfast/core'
import { withClientName } from './clientName.ts'
import { type Panel, type PlaygroundClient, createPanel } from './panel.ts'
import { type PlaygroundOptions, type Settings, loadSettings, toOptions } from './settings.ts'
import { type Store, createStore } from './store.ts'
import { type Wire, createWire } from './wire/wire.ts'

/** What a panel connects with. */
export interface Connecting {
  /** The argument of `useWebSocket`: the URL for a separate connection, or the client that both panels share. */
  source: UrlSource | PlaygroundClient
  /** Of a separate connection. */
  options?: PlaygroundOptions | undefined
  /** Records the connection. */
  wire: Wire
}

/** The state of the page. */
export interface Playground {
  settings: Store<Settings>
  vue: Panel
  react: Panel
  connect(kind: Panel['kind'], settings: Settings): Connecting
  /** Of the present connection of a panel. */
  wire(kind: Panel['kind']): Wire
}

/** Short and different words are easy to follow from one page to another. */
const words =
  'Otter Heron Maple Comet Tulip Raven Cedar Panda Lemon Orca Fern Lynx Coral Robin Hazel Moose Cloud Pearl Tiger Basil Koala Olive Storm Zebra'.split(
    ' ',
  )

/** Creates the state of the page. */
export function createPlayground(): Playground {
  const settings = createStore(loadSettings())
  // A random word distinguishes the users of two tabs.
  const tab = words[Math.floor(Math.random() * words.length)] ?? ''
  const names = { vue: createStore(`Vue ${tab}`), react: createStore(`React ${tab}`) }
  let shared: { settings: Settings; client: PlaygroundClient } | undefined

  const heartbeat = (): Wire['history']['heartbeat'] => {
    const { heartbeat: isOn, heartbeatInterval: interval, heartbeatTimeout: timeout } = settings.get()
    return isOn ? { interval, timeout, afterSendSilence: true } : undefined
  }
  const wires = {
    vue: createWire(heartbeat),
    react: createWire(heartbeat),
    shared: createWire(heartbeat),
  }

  // A shared connection is one user in the chat. With two names, the panels would rename it in an endless loop.
  const copy = (from: Store<string>, to: Store<string>) => (): void => {
    if (settings.get().shared) to.set(from.get())
  }
  const vueToReact = copy(names.vue, names.react)
  vueToReact()
  settings.subscribe(vueToReact)
  names.vue.subscribe(vueToReact)
  names.react.subscribe(copy(names.react, names.vue))

  settings.subscribe(() => {
    shared?.client.dispose()
    shared = undefined
  })

  function sharedClient(next: Settings): PlaygroundClient {
    if (shared?.settings !== next) {
      shared?.client.dispose()
      const options = { ...toOptions(next), WebSocket: wires.shared.WebSocket, lazy: true }
      shared = { settings: next, client: createWebSocket(withClientName(next.url, 'shared'), options) }
    }
    return shared.client
  }

  return {
    settings,
    vue: createPanel('vue', names.vue, settings),
    react: createPanel('react', names.react, settings),
    wire: (kind) => wires[settings.get().shared ? 'shared' : kind],
    connect(kind, next) {
      if (next.shared) return { source: sharedClient(next), wire: wires.shared }
      const wire = wires[kind]
      return {
        source: withClientName(next.url, kind),
        options: { ...toOptions(next), WebSocket: wire.WebSocket },
        wire,
      }
    },
  }
}

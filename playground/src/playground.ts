// The state shared by the two panels and the settings form, independent of any framework.
import { type UrlSource, createWebSocket } from '@holdfast/core'
import { type Panel, type PlaygroundClient, createPanel } from './panel.ts'
import { type Settings, loadSettings, toOptions } from './settings.ts'
import { type Store, createStore } from './store.ts'

/** The state of the page. */
export interface Playground {
  settings: Store<Settings>
  vue: Panel
  react: Panel
  /** The argument of `useWebSocket`: the URL for a separate connection, or the client that both panels share. */
  source(settings: Settings): UrlSource | PlaygroundClient
}

/** Creates the state of the page. */
export function createPlayground(): Playground {
  const settings = createStore(loadSettings())
  // A random number distinguishes the users of two tabs.
  const tab = 100 + Math.floor(Math.random() * 900)
  const names = { vue: createStore(`Vue ${tab}`), react: createStore(`React ${tab}`) }
  let shared: { settings: Settings; client: PlaygroundClient } | undefined

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

  return {
    settings,
    vue: createPanel('vue', names.vue, settings),
    react: createPanel('react', names.react, settings),
    source(next) {
      if (!next.shared) return next.url
      if (shared?.settings !== next) {
        shared?.client.dispose()
        shared = { settings: next, client: createWebSocket(next.url, { ...toOptions(next), lazy: true }) }
      }
      return shared.client
    },
  }
}

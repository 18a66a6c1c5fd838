// What the two panels and the settings form have in common, without a framework.
import { type UrlSource, createWebSocket } from '@holdfast/core'
import { type Panel, type PlaygroundClient, createPanel } from './panel.ts'
import { type Settings, loadSettings, toOptions } from './settings.ts'
import { type Store, createStore } from './store.ts'

/** The state of the page. */
export interface Playground {
  settings: Store<Settings>
  vue: Panel
  react: Panel
  /** What to give to `useWebSocket`: the URL for a connection of one's own, or the one client that both panels share. */
  source(settings: Settings): UrlSource | PlaygroundClient
}

/** Creates the state of the page. */
export function createPlayground(): Playground {
  const settings = createStore(loadSettings())
  // Two tabs should not look like the same two people.
  const tab = 100 + Math.floor(Math.random() * 900)
  const names = { vue: createStore(`Vue ${tab}`), react: createStore(`React ${tab}`) }
  let shared: { settings: Settings; client: PlaygroundClient } | undefined

  // One connection is one person in the chat: two names on it would rename each other for ever.
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
    source(wanted) {
      if (!wanted.shared) return wanted.url
      if (shared?.settings !== wanted) {
        shared?.client.dispose()
        shared = { settings: wanted, client: createWebSocket(wanted.url, { ...toOptions(wanted), lazy: true }) }
      }
      return shared.client
    },
  }
}

// The components of a Vue candidate: one for each kind, the same for all candidates.

import { createApp, defineComponent, h, nextTick, shallowRef, watch } from 'vue'
import { keyOf } from './screen.mjs'

/**
 * @typedef {object} Used
 * @property {() => boolean} isOpen
 * @property {Readonly<import('vue').Ref<unknown>>} last
 * @property {Readonly<import('vue').Ref<readonly unknown[]>>} list
 * @property {(message: string) => void} send
 */

/** @type {Record<import('./candidates/index.mjs').Kind, (used: Used) => import('vue').VNode>} */
const views = {
  last: ({ last }) => h('p', /** @type {string | undefined} */ (last.value)),
  list: ({ list }) =>
    h(
      'ul',
      /** @type {readonly string[]} */ (list.value).map((message) => h('li', { key: keyOf(message) }, message)),
    ),
  status: ({ isOpen }) => h('button', { disabled: !isOpen() }, 'send'),
}

/**
 * @param {import('./candidates/index.mjs').HookCandidate<'vue', Used>} candidate
 * @param {import('./candidates/index.mjs').Kind} kind
 */
const createComponent = ({ use }, kind) =>
  defineComponent({
    props: ['source', 'settings'],
    setup: ({ source, settings }) => {
      const { probe } = settings
      const used = use(source, settings)
      watch(used.isOpen, probe.statusIs, { flush: 'sync', immediate: true })
      if (kind !== 'status') watch(used.last, () => probe.effects++)
      if (settings.withMessageHook) probe.send = used.send
      return () => {
        probe.renders++
        return views[kind](used)
      }
    },
  })

/**
 * @param {Element} root
 * @param {import('./candidates/index.mjs').HookCandidate<'vue', Used>} candidate
 * @returns {import('./stage.mjs').Stage}
 */
export function createVueStage(root, candidate) {
  const components = {
    last: createComponent(candidate, 'last'),
    list: createComponent(candidate, 'list'),
    status: createComponent(candidate, 'status'),
  }
  const parts = shallowRef(/** @type {readonly import('./stage.mjs').Part[]} */ ([]))
  const app = createApp({
    render: () => parts.value.map(({ kind, source, settings }, key) => h(components[kind], { key, source, settings })),
  })
  app.mount(root)
  return {
    show: async (shown) => {
      parts.value = shown
      await nextTick()
    },
    end: () => app.unmount(),
  }
}

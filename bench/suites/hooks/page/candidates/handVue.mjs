// The composable that people write by hand: one ref for each thing, set per message. No reconnecting, no queue, no heartbeat.

import { onUnmounted, ref, shallowRef } from 'vue'
import { LENGTH } from '../screen.mjs'

/** @type {import('./index.mjs').HookCandidate<'vue', import('../vueComponents.mjs').Used>} */
export const handVue = {
  name: 'hand-written vue',
  framework: 'vue',
  use: (url, { probe, keeps }) => {
    const status = ref('connecting')
    /** @type {import('vue').Ref<string | undefined>} */
    const last = ref()
    const list = shallowRef(/** @type {readonly string[]} */ ([]))
    let count = 0
    const socket = new WebSocket(url)
    socket.onopen = () => {
      status.value = 'open'
    }
    socket.onclose = () => {
      status.value = 'closed'
    }
    socket.onmessage = ({ data }) => {
      probe.receive(data)
      last.value = data
      if (!keeps) return
      list.value = [...list.value.slice(1 - LENGTH), data]
      count++
    }
    onUnmounted(() => socket.close())
    if (keeps) probe.kept = () => ({ count, list: list.value })
    return { isOpen: () => status.value === 'open', last, list, send: (message) => socket.send(message) }
  },
}

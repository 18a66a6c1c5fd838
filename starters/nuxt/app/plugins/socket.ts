import { createWebSocket, json } from '@holdfast/vue'

export interface Line {
  id: string
  text: string
}

export default defineNuxtPlugin(() => {
  const { socketUrl } = useRuntimeConfig().public
  // `lazy`: connects when a component that uses it is mounted, never on the server.
  // A function as URL: a relative URL needs a page.
  const chat = createWebSocket(() => socketUrl, {
    lazy: true,
    history: 100,
    heartbeat: true,
    codec: json<Line, Pick<Line, 'text'>>(),
  })
  return { provide: { chat } }
})

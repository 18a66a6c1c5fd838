// Shows two components of a recipe side by side, like the pages of two users.
import { type ComponentType, StrictMode, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { type Component, createApp } from 'vue'

type Load<Of> = () => Promise<Of>

const react: Record<string, Load<ComponentType<{ url: string; name: string }>>> = {
  jsonHeartbeat: async () => (await import('../jsonHeartbeat/JsonHeartbeat.tsx')).JsonHeartbeat,
  chatRoom: async () => (await import('../chatRoom/ChatRoom.tsx')).ChatRoom,
}
const vue: Record<string, Load<Component>> = {
  protocolPing: async () => (await import('../protocolPing/ProtocolPing.vue')).default,
  quietLink: async () => (await import('../quietLink/QuietLink.vue')).default,
  presence: async () => (await import('../presence/Presence.vue')).default,
}

const recipe: string = import.meta.env.VITE_RECIPE
const url: string = import.meta.env.VITE_SERVER

document.title = recipe
document.querySelector('h1')!.textContent = recipe
// A random number distinguishes the users of two tabs.
const tab = 100 + Math.floor(Math.random() * 900)
for (const name of [`Ada ${tab}`, `Bob ${tab}`]) {
  const card = document.querySelector('main')!.appendChild(document.createElement('div'))
  const loadReact = react[recipe]
  const loadVue = vue[recipe]
  if (loadReact)
    createRoot(card).render(createElement(StrictMode, null, createElement(await loadReact(), { url, name })))
  if (loadVue) createApp(await loadVue(), { url, ...(recipe === 'presence' && { id: name }) }).mount(card)
}

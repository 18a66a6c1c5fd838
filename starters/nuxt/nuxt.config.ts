export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  // NUXT_PUBLIC_SOCKET_URL replaces it when the server starts.
  runtimeConfig: { public: { socketUrl: '/chat' } },
  nitro: { experimental: { websocket: true } },
})

import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'

const file = (path: string): string => new URL(path, import.meta.url).pathname

export default defineConfig({
  // Relative, so that the built page works in any folder of a file server.
  base: './',
  plugins: [vue(), react()],
  resolve: {
    // The packages run from their sources, as in the playground.
    conditions: ['source', ...defaultClientConditions],
    // The hub is written for Node. The arena runs it in the browser.
    alias: { 'node:crypto': file('src/shim/crypto.ts') },
  },
  cacheDir: 'node_modules/.vite/laboratory',
  build: {
    target: 'es2022',
    rollupOptions: { input: ['index.html', 'embed.html', 'arena.html'].map(file) },
  },
  server: { host: '127.0.0.1', port: 5190 },
  preview: { host: '127.0.0.1', port: 5190 },
  clearScreen: false,
})

import { defineConfig } from 'vite'
import { arenaConfig } from './arenaConfig.ts'

const file = (path: string): string => new URL(path, import.meta.url).pathname

export default defineConfig({
  ...arenaConfig,
  cacheDir: 'node_modules/.vite/laboratory',
  build: {
    target: 'es2022',
    rollupOptions: { input: ['index.html', 'embed.html', 'arena.html'].map(file) },
  },
  server: { host: '127.0.0.1', port: 5190 },
  preview: { host: '127.0.0.1', port: 5190 },
  clearScreen: false,
})

import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'
import { playgroundPlugin } from './server/playgroundPlugin.ts'

export default defineConfig({
  plugins: [vue(), react(), playgroundPlugin()],
  // The packages run from their sources: no build before `npm start`, and a change in them shows at once.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  // Its own, since other pages of this workspace are served with other settings.
  cacheDir: 'node_modules/.vite/playground',
  // Found late, a dependency would make Vite reload the page in the middle of somebody's try.
  optimizeDeps: {
    entries: ['index.html'],
    include: ['vue', '@vueuse/shared', 'react', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime'],
  },
  server: { host: '127.0.0.1', port: 5180 },
  preview: { host: '127.0.0.1', port: 5180 },
  clearScreen: false,
})

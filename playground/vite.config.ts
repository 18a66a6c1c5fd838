import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'
import { playgroundPlugin } from './server/playgroundPlugin.ts'

export default defineConfig({
  plugins: [vue(), react(), playgroundPlugin()],
  // The packages run from their sources, so they need not be built.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  // A separate cache: other pages of this workspace are served with other settings.
  cacheDir: 'node_modules/.vite/playground',
  // Vite reloads the page when it discovers a dependency late. Listing them avoids that.
  optimizeDeps: {
    entries: ['index.html'],
    include: ['vue', '@vueuse/shared', 'react', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime'],
  },
  // There is one page: any other path is answered with 404.
  appType: 'mpa',
  server: { host: '127.0.0.1', port: 5180 },
  preview: { host: '127.0.0.1', port: 5180 },
  clearScreen: false,
})

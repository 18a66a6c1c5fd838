/** The settings with which Vite and Vitest build the arena. */

import { existsSync, readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { type UserConfig, defaultClientConditions } from 'vite'

const file = (path: string): string => new URL(path, import.meta.url).pathname

/** The hub is written for Node. In the arena it runs in a page. */
const alias: Record<string, string> = {
  'node:crypto': file('src/shim/crypto.ts'),
  'node:net': file('src/shim/net.ts'),
}

const PACKAGES = [
  '@holdfast/core',
  '@vueuse/core',
  'react-use-websocket',
  'partysocket',
  'reconnecting-websocket',
  'ahooks',
]

/** Not by `import`, because not every package exports its manifest. */
const versionOf = (name: string): string => {
  const paths = [`node_modules/${name}/package.json`, `../node_modules/${name}/package.json`].map(file)
  const path = paths.find((path) => existsSync(path))
  if (path === undefined) throw new Error(`${name} is not installed`)
  const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return version
}

const define: Record<string, string> = {
  LANE_VERSIONS: JSON.stringify(Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)]))),
}

export const arenaConfig = {
  // Relative, so that the built page works in any folder of a file server.
  base: './',
  plugins: [vue(), react()],
  // The packages run from their sources, as in the playground.
  resolve: { conditions: ['source', ...defaultClientConditions], alias },
  define,
} satisfies UserConfig

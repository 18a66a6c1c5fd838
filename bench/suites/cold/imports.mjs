// The imports of each library in a user's bundle, as the text of a module.

import { join } from 'node:path'

const packages = join(import.meta.dirname, '..', '..', '..', 'packages')
const candidates = join(import.meta.dirname, '..', '..', 'candidates')

/** @param {string} name one of our packages, imported from its sources */
const source = (name) => JSON.stringify(join(packages, name, 'src', 'index.ts'))

/**
 * @typedef {object} Import
 * @property {string} client
 * @property {'core' | 'Vue' | 'React'} kind
 * @property {string} text
 */

/** @type {readonly Import[]} */
export const imports = [
  { client: 'holdfast', kind: 'core', text: `export { createWebSocket } from ${source('core')}` },
  {
    client: 'holdfast class',
    kind: 'core',
    text: `export { default } from ${source('core').replace('index.ts', 'reconnectingWebSocket/index.ts')}`,
  },
  { client: 'reconnecting-websocket', kind: 'core', text: `export { default } from 'reconnecting-websocket'` },
  { client: 'partysocket', kind: 'core', text: `export { default } from 'partysocket/ws'` },
  {
    client: 'websocket-ts',
    kind: 'core',
    text: `export { WebsocketBuilder, ConstantBackoff, ArrayQueue } from 'websocket-ts'`,
  },
  { client: 'holdfast', kind: 'Vue', text: `export { useWebSocket } from ${source('vue')}` },
  { client: 'VueUse', kind: 'Vue', text: `export { useWebSocket } from '@vueuse/core'` },
  { client: 'holdfast', kind: 'React', text: `export { useWebSocket } from ${source('react')}` },
  { client: 'react-use-websocket', kind: 'React', text: `export { default } from 'react-use-websocket'` },
  { client: 'ahooks', kind: 'React', text: `export { useWebSocket } from 'ahooks'` },
]

/** The modules of `candidates/` by client, which the timed start loads and connects. */
const FILES = {
  'bare': 'bare',
  'holdfast': 'holdfast',
  'holdfast class': 'holdfastClass',
  'reconnecting-websocket': 'reconnectingWebSocket',
  'partysocket': 'partysocket',
  'websocket-ts': 'websocketTs',
}

/**
 * @param {import('../../candidates/names.mjs').Name} name
 * @returns {string} the text of a module with the candidate as its default export
 */
export const candidateImport = (name) =>
  `export { ${FILES[name]} as default } from ${JSON.stringify(join(candidates, `${FILES[name]}.mjs`))}`

/** The modules that a simulation runs, behind one entry point, so that they can be built again with one line changed. */

export { createWebSocket, json } from '@holdfast/core'
export { session } from '@holdfast/core/recovery'
export { createNode } from '../../../src/node.ts'
export { memoryStore } from '../../../src/store/memory/memoryStore.ts'

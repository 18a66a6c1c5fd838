/** All that a simulated world is made of, through one door, so that it can be built anew with a line changed. */

export { createWebSocket, json } from '@holdfast/core'
export { session } from '@holdfast/core/recovery'
export { createNode } from '../../src/node.ts'
export { memoryStore } from '../../src/store/memory/memoryStore.ts'

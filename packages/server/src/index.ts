/** The companion server: a hub on `ws` for clients of `@holdfast/core`, with recovery or plain. */

export { createNode } from './node.ts'
export type { HubNode } from './node.ts'
export { memoryStore } from './memoryStore.ts'
export { HubError } from './errors.ts'

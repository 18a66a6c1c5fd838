// The hub of `@holdfast/server`, from its sources: Vite reads its configuration by the rules of Node, which would want the
// package to be built first.
export {
  type Connection,
  type Hub,
  HubError,
  type MessageContext,
  type Store,
  createHub,
} from '../../packages/server/src/index.ts'
export { memoryStore } from '../../packages/server/src/store/memory/memoryStore.ts'

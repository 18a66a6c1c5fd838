// The hub of `@holdfast/server`, from its sources. Vite loads its configuration with Node's resolution, which would need the package
// to be built first.
export {
  type Connection,
  type Hub,
  HubError,
  type MessageContext,
  type Store,
  createHub,
} from '../../packages/server/src/index.ts'
export { memoryStore } from '../../packages/server/src/store/memory/memoryStore.ts'

/** The store contract on the memory store. */
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { storeContract } from './support/storeContract.ts'

storeContract('memoryStore', async (history) => {
  const store = memoryStore(history ? { history } : {})
  return { a: store, b: store, end: () => store.close() }
})

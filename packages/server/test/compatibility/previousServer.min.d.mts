// The test uses only what both versions have.
export { createHub } from '../../src/hub.ts'

// The test uses only what both versions have.
export { createWebSocket, json } from '@holdfast/core'
export { session } from '@holdfast/core/recovery'

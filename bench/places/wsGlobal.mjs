// In Node the platform's WebSocket is that of `ws`, for every candidate: some of them take the global one and no other.
// Import it before anything that reads the global.

import { WebSocket } from 'ws'

Object.assign(globalThis, { WebSocket })

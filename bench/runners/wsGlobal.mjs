// In Node, `ws` provides the global WebSocket for every candidate, because some candidates accept no other. Import this module before
// any module that reads the global.

import { WebSocket } from 'ws'

Object.assign(globalThis, { WebSocket })

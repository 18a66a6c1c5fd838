/** The class for libraries that reconnect by themselves. */

import { type BoundWebSocket, ReconnectingWebSocket } from './reconnectingWebSocket.ts'

/** One connection, like the platform's `WebSocket`, with three deadlines that it lacks: the options `connectionTimeout`, `heartbeat` and `closeTimeout`. */
export const OneShotWebSocket: BoundWebSocket = /* @__PURE__ */ ReconnectingWebSocket.with({ reconnect: false })
/** @see OneShotWebSocket */
export type OneShotWebSocket = ReconnectingWebSocket

/** Entry point of `@holdfast/core/reconnecting-websocket`. Importing it has no side effects. */

import { closeInfo } from '../transport/closeCodes.ts'
import type { WebSocketEventMap } from './eventTypes.ts'
import { OneShotWebSocket } from './oneShotWebSocket.ts'
import { ReconnectingWebSocket } from './reconnectingWebSocket.ts'

/**
 * Whether another attempt is pointless after this close, by the policy of `createWebSocket`.
 *
 * @example shouldReconnectOnClose: (event) => !finalByPolicy(event)
 */
export const finalByPolicy = ({ code }: { readonly code: number }): boolean => closeInfo('server', { code }).final

export default ReconnectingWebSocket
export { OneShotWebSocket, ReconnectingWebSocket, ReconnectingWebSocket as WebSocket }
export type { WebSocketEventMap }
/** An event of a socket, by its name in `WebSocketEventMap`. */
export type Event = WebSocketEventMap['open']
export { CloseEvent, ErrorEvent } from './platformEvents.ts'
export type { Message, Options, ProtocolsProvider, UrlProvider } from './options.ts'

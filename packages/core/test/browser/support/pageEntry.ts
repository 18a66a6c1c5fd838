/** Runs in the pages that the tests open: it makes the client a global, for the functions that a test evaluates there. */

import * as holdfast from '../../../src/index.ts'
import { eventSource } from '../../../src/eventSource/index.ts'
import { OneShotWebSocket, ReconnectingWebSocket } from '../../../src/reconnectingWebSocket/index.ts'
import { renderingOf } from '../../../src/adapter/rendering.ts'

declare global {
  var holdfast: typeof import('../../../src/index.ts')
  var renderingOf: typeof import('../../../src/adapter/rendering.ts').renderingOf
  var eventSource: typeof import('../../../src/eventSource/index.ts').eventSource
  /** The drop-in classes. */
  var dropIn: Record<'ReconnectingWebSocket' | 'OneShotWebSocket', typeof WebSocket>
  /** The socket of this page, and its events so far. The tests create it. */
  var socket: WebSocket
  var socketEvents: string[]
  /** The client of this page. The tests create it. */
  var client: holdfast.WebSocketClient
  /** The events of this page so far, such as `pageshow persisted`. It is empty again in a new document. */
  var pageEvents: string[]
}

const dropIn = { ReconnectingWebSocket, OneShotWebSocket }
Object.assign(globalThis, { holdfast, eventSource, dropIn, renderingOf, pageEvents: [], socketEvents: [] })
for (const type of ['pageshow', 'pagehide'] as const) {
  addEventListener(type, ({ persisted }) => pageEvents.push(persisted ? `${type} persisted` : type))
}
document.addEventListener('visibilitychange', () => pageEvents.push(document.visibilityState))
for (const type of ['online', 'offline'] as const) addEventListener(type, () => pageEvents.push(type))

addEventListener('message', ({ data }) => pageEvents.push(`from the frame: ${data}`))

/** In a frame: follows the URL in the query, and reports to the page around it what a component would show. */
if (location.pathname === '/framed') {
  globalThis.client = holdfast.createWebSocket(location.search.slice(1))
  client.subscribe(() => parent.postMessage(client.get().lastMessage ?? client.get().status, '*'))
}

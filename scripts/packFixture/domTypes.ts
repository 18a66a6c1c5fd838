// Every entry point with the types of ES2022 and the DOM only, as in the project of an application. Only compiled, never run.

import { type WebSocketClient, createWebSocket } from '@holdfast/core'
import { eventSource } from '@holdfast/core/event-source'
import { ReconnectingWebSocket } from '@holdfast/core/reconnecting-websocket'
import { session } from '@holdfast/core/recovery'
import { createFakeServer } from '@holdfast/core/testing'

export const client: WebSocketClient = createWebSocket('wss://example.org', { session: session() })
export const others = [eventSource, ReconnectingWebSocket, createFakeServer]

/** The types of the events, by name. */

import type { CloseEvent, ErrorEvent } from './platformEvents.ts'

/** The events of a socket, by name. */
export interface WebSocketEventMap {
  open: Event
  message: MessageEvent
  error: ErrorEvent
  close: CloseEvent
}

export type Handler<Event> = ((event: Event) => unknown) | null
export type Listener<Event> = ((event: Event) => unknown) | { handleEvent(event: Event): unknown } | null
export type ListenerOptions = boolean | { capture?: boolean; once?: boolean; passive?: boolean; signal?: AbortSignal }

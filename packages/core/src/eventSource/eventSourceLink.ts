/** One request of an event source, and the stream that it opens. */

import { DecodeError } from '../base/errors.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'
import { ask } from '../transport/dial.ts'
import type { DialRequest, TransportClose, TransportLink, TransportSink } from '../transport/transport.ts'
import { dialError } from '../transport/webSocketTransport.ts'
import { closeOfResponse, hintOf } from './closeOfResponse.ts'
import type { EventSourceOptions } from './eventSourceOptions.ts'
import { type StreamState, createEventStreamParser } from './eventStream.ts'

/** @param state of the client, kept over its reconnects */
export const createEventSourceLink = (
  options: EventSourceOptions,
  state: StreamState,
  request: DialRequest,
  sink: TransportSink,
): TransportLink => {
  const controller = new AbortController()
  const { signal } = controller
  /** Ends the request or the stream. Without `close`, nothing is reported. */
  const end = (close?: TransportClose): void => {
    if (signal.aborted) return
    link.ready = false
    controller.abort()
    if (close) sink.closed(close)
  }
  const link = {
    ready: false,
    bufferedAmount: 0,
    /** The client drops what an application sends. `onConnect` and a heartbeat with a message arrive here. */
    send: () => {
      throw new Error('eventSource() cannot send')
    },
    close: (code: number, reason: string) => end({ code, reason, wasClean: true }),
    abandon: () => end(),
  }
  const run = async (): Promise<void> => {
    let cause: CloseInfo['cause'] = 'provider'
    try {
      const headers = new Headers((await ask('headers', options.headers, request)) ?? {})
      const body = await ask('body', options.body, request)
      headers.append('accept', 'text/event-stream')
      // A header is a sequence of bytes: those of the UTF-8 text.
      if (state.id) headers.set('last-event-id', String.fromCharCode(...new TextEncoder().encode(state.id)))
      cause = 'network'
      const { fetch = globalThis.fetch } = options
      const init: RequestInit = { ...options, headers, body: body!, cache: 'no-store', signal } // `fetch` ignores the others
      const response = await fetch(request.url.replace(/^ws/i, 'http'), init)
      const close = closeOfResponse(response)
      if (close || signal.aborted) return end(close)
      link.ready = true
      sink.opened(link, { protocol: '' })
      const parse = createEventStreamParser(state)
      const reader = response.body!.getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (signal.aborted) return
        if (done) return end({ reason: hintOf(state.retry), wasClean: true })
        for (const event of parse(value)) {
          if (event.event === 'message' || options.events?.includes(event.event))
            sink.message(options.named ? JSON.stringify(event) : event.data)
          if (signal.aborted) return // before the parser stores the ID of the next event
        }
        sink.activity(true) // also for a comment
      }
    } catch (thrown) {
      if (thrown instanceof DecodeError) end({ code: 1009, error: thrown })
      else end(link.ready ? { reason: hintOf(state.retry) } : { cause, error: dialError(thrown) })
    }
  }
  void run()
  return link
}

/** `eventSource()`: a transport over `fetch` for servers that stream `text/event-stream`. It receives, and cannot send. */

import { check } from '../base/errors.ts'
import type { Transport } from '../transport/transport.ts'
import { createEventSourceLink } from './eventSourceLink.ts'
import type { EventSourceOptions } from './eventSourceOptions.ts'
import type { StreamState } from './eventStream.ts'

/**
 * Creates a transport that receives the events of a server over HTTP, for the option `transport`. `ws:` in the URL becomes `http:` again,
 * and the option `protocols` is ignored. Status, reconnection and messages are those of any client. The last event ID is kept for each
 * client, and sent at its next dial. `send` drops each message with the reason `refused`. An event over 16777216 characters ends the
 * connection with the final code 1009.
 *
 * @throws OptionError for an invalid option
 *
 * @example
 * const transport = eventSource({ headers: () => ({ Authorization: `Bearer ${getToken()}` }) })
 * const ticks = createWebSocket('https://example.org/ticks', { transport, codec: json<Tick, never>() })
 */
export const eventSource = (options: EventSourceOptions = {}): Transport => {
  const { events = [], method, body } = options
  check('events', events, Array.isArray(events), 'array')
  const isBody = !body || (method && body.constructor !== Object) // `fetch` sends '[object Object]' for a plain object
  check('body', typeof body, isBody, 'text or bytes, and method: POST')
  const states = new WeakMap<object, StreamState>()
  return {
    readOnly: true,
    dial: (request, sink) => {
      const state = states.get(request.client) ?? {}
      states.set(request.client, state)
      return createEventSourceLink(options, state, request, sink)
    },
  }
}

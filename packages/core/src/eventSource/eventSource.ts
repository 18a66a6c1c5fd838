/** `eventSource()`: a transport over `fetch` for servers that stream `text/event-stream`. It receives, and cannot send. */

import { check, checkWord } from '../base/errors.ts'
import type { Transport } from '../transport/transport.ts'
import { createEventSourceLink } from './eventSourceLink.ts'
import type { EventSourceOptions } from './eventSourceOptions.ts'
import type { StreamState } from './eventStream.ts'

/** The types of the options, or their values. */
const WORDS: Record<keyof EventSourceOptions, string> = {
  body: 'string or object or function',
  credentials: 'omit or same-origin or include',
  events: 'array',
  fetch: 'function',
  headers: 'object or array or function',
  method: 'string',
  named: 'boolean',
}

/**
 * Creates a transport that receives the events of a server over HTTP, for the option `transport`. `ws:` in the URL becomes `http:` again,
 * and the option `protocols` is ignored. Status, reconnection and messages are those of any client. The last event ID is kept for each
 * client, and sent at its next dial. `send` drops each message with the reason `refused`. An event over 16777216 characters ends the
 * connection with the final code 1009.
 *
 * @throws OptionError for an invalid option. The name of an unknown one is printed
 *
 * @example
 * const transport = eventSource({ headers: () => ({ Authorization: `Bearer ${getToken()}` }) })
 * const ticks = createWebSocket('https://example.org/ticks', { transport, codec: json<Tick, never>() })
 */
export const eventSource = (options: EventSourceOptions = {}): Transport => {
  for (const [name, value] of Object.entries(options)) {
    const words = WORDS[name as keyof EventSourceOptions]
    const word = name === 'credentials' ? value : Array.isArray(value) ? 'array' : typeof value
    if (!words) console.warn(`eventSource: unknown option: ${name}`)
    else if (value !== undefined) checkWord(name, word, words) // without the value, which may be secret
  }
  const { method, body } = options
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

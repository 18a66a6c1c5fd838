/** The options of `eventSource`. */

import type { Dial } from '../transport/dial.ts'

type Headers = NonNullable<RequestInit['headers']>
/** Anything but a stream, which could not be sent again at the next dial. */
type Body = Exclude<RequestInit['body'], ReadableStream>

/** Options of `eventSource`, read at each dial. */
export interface EventSourceOptions {
  /** Names of the events that are messages, in addition to `message`. Other events are ignored. @default [] */
  events?: readonly string[]
  /** Each message is the JSON text of a `StreamEvent`, for `codec: json<StreamEvent, never>()`. By default it is the data alone. @default false */
  named?: boolean
  /** Headers of the request, or a function that is called at each dial and may be async. Across origins they need a CORS preflight. */
  headers?: Headers | ((dial: Dial) => Headers | Promise<Headers>)
  /** A body needs another method: `'POST'`. @default 'GET' */
  method?: string
  /** The body of the request, sent again at each dial, or a function that is called at each dial and may be async. */
  body?: Body | ((dial: Dial) => Body | Promise<Body>)
  /** Whether cookies are sent: `'include'` also to other origins, as `withCredentials` of `EventSource`. @default 'same-origin' */
  credentials?: NonNullable<RequestInit['credentials']>
  /** Requests the stream. It must end the request and the response when its `signal` aborts. @default globalThis.fetch */
  fetch?: typeof fetch
}

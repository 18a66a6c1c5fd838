/** Parses the format `text/event-stream` (HTML, server-sent events), chunk by chunk. */

import { DecodeError } from '../base/errors.ts'

/** One event of a stream. */
export interface StreamEvent {
  /** Its name: `message` unless the server sends another one. */
  readonly event: string
  /** The last event ID: of this event, or of the newest event before it that had one. */
  readonly id: string
  /** The lines of data, separated by line feeds. */
  readonly data: string
}

/** What outlives a connection. */
export interface StreamState {
  /** The last event ID. */
  id?: string
  /** The reconnection time that the server has set, in ms. */
  retry?: number
}

/** Characters (UTF-16) of a line, or of an event with all its lines: the parser must not collect an endless one. */
const MAX_LENGTH = 2 ** 24

/**
 * Returns the parser of one connection. It yields the events that a chunk completes, and updates `state` just before each: a caller that
 * stops after an event has a state without the later ones. An event without its empty line at the end of the stream is lost, as HTML requires.
 *
 * @throws DecodeError if a line or an event is too long
 */
export const createEventStreamParser = (state: StreamState): ((chunk: Uint8Array) => Generator<StreamEvent>) => {
  const decoder = new TextDecoder() // removes a byte order mark at the start
  let { id = '' } = state
  let event = ''
  /** Each line of data with a line feed. */
  let data = ''
  /** The current line. The end of the last one of a chunk is in a later chunk. */
  let line = ''
  let endsWithCr = false
  return function* (chunk) {
    let text = decoder.decode(chunk, { stream: true })
    if (!text) return
    if (endsWithCr && text[0] === '\n') text = text.slice(1) // the second half of CR LF
    endsWithCr = text.endsWith('\r')
    // Only the new chunk is searched for line ends, so a long line in many chunks takes linear time.
    const lines = text.split(/\r\n?|\n/)
    lines[0] = line + lines[0]!
    for (let index = 0; ;) {
      line = lines[index++]!
      if (line.length + data.length > MAX_LENGTH)
        throw new DecodeError(`event: expected at most ${MAX_LENGTH} characters`)
      if (index === lines.length) return
      if (line) {
        // It matches every line. A comment has no field.
        const [, field, value] = /^([^:]*):? ?(.*)/s.exec(line) as unknown as [string, string, string]
        if (field === 'data') data += `${value}\n`
        if (field === 'event') event = value
        // Node refuses to send other control characters than tabs too, so that no dial could succeed any more.
        if (field === 'id' && !/(?!\t)\p{Cc}/u.test(value)) id = value
        if (field === 'retry' && /^\d+$/.test(value)) state.retry = +value
      } else {
        state.id = id
        if (data) yield { event: event || 'message', id, data: data.slice(0, -1) }
        event = data = ''
      }
    }
  }
}

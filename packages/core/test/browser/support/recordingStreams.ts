/** Event streams that stay open and record their requests, on an origin of their own. Their commands arrive as POST to `/control`. */

import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a stream has recorded. */
export interface StreamRecord {
  /** Responses that are open now. */
  open: number
  requests: StreamRequest[]
}

export interface StreamRequest {
  method: string
  body: string
  /** undefined for a header that was not sent. */
  authorization?: string | undefined
  cookie?: string | undefined
  lastEventId?: string | undefined
}

export type StreamCommand =
  /** Returns the record of a stream. */
  | { do: 'read'; name: string }
  /** Writes to the open responses of a stream. */
  | { do: 'write'; name: string; text: string }
  /** Cuts the open responses of a stream. */
  | { do: 'cut'; name: string }

export interface RecordingStreams {
  /** `http://127.0.0.1:<port>`; `/<name>` is a stream. */
  readonly url: string
  close(): Promise<void>
}

export async function startRecordingStreams(): Promise<RecordingStreams> {
  const streams = new Map<string, { requests: StreamRequest[]; responses: Set<ServerResponse> }>()
  const streamOf = (name: string) => {
    const stream = streams.get(name) ?? { requests: [], responses: new Set() }
    streams.set(name, stream)
    return stream
  }
  const execute = (command: StreamCommand): StreamRecord => {
    const { requests, responses } = streamOf(command.name)
    for (const response of responses) {
      if (command.do === 'write') response.write(command.text)
      if (command.do === 'cut') response.destroy()
    }
    return { open: responses.size, requests }
  }
  const server = createServer(async (request, response) => {
    allowOrigin(request, response)
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method = '', headers, url = '' } = request
    if (method === 'OPTIONS') return void response.end()
    if (url === '/control') return void response.end(JSON.stringify(execute(JSON.parse(body) as StreamCommand)))
    const { requests, responses } = streamOf(url.slice(1))
    const { authorization, cookie, 'last-event-id': lastEventId } = headers
    requests.push({ method, body, authorization, cookie, lastEventId: lastEventId as string | undefined })
    responses.add(response)
    response.on('close', () => responses.delete(response))
    // Firefox reports a response only when the first byte of its body has arrived.
    response.setHeader('content-type', 'text/event-stream').write(':\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** CORS for every origin, with credentials and with the headers that the client asks for. */
function allowOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', headers.origin ?? '*')
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '')
}

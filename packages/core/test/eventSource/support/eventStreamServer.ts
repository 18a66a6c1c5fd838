/** A real HTTP server whose answers a test writes by hand. */

import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: string
  /** Answers with an open stream that begins with this text. */
  stream(text?: string): void
  /** Answers with a status and no stream. */
  fail(status: number, headers?: Record<string, string>): void
}

export interface EventStreamServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** All requests, oldest first. */
  readonly exchanges: readonly Exchange[]
  /** Requests whose connection and response have not ended. */
  readonly open: number
  /** Resolves with the request of this number, from 1. */
  exchange(number: number): Promise<Exchange>
  close(): Promise<void>
}

/** @param answer is called for each request @default an empty stream that stays open */
export const startEventStreamServer = async (
  answer: (exchange: Exchange, number: number) => void = ({ stream }) => stream(),
): Promise<EventStreamServer> => {
  const exchanges: Exchange[] = []
  let open = 0
  const server: Server = createServer(async (request, response) => {
    open++
    response.on('close', () => open--)
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const exchange: Exchange = {
      request,
      response,
      body,
      stream: (text = '') => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.flushHeaders()
        response.write(text)
      },
      fail: (status, headers = {}) => void response.writeHead(status, headers).end(),
    }
    exchanges.push(exchange)
    server.emit('exchange')
    answer(exchange, exchanges.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    get open() {
      return open
    },
    exchange: async (number) => {
      while (exchanges.length < number) await once(server, 'exchange')
      return exchanges[number - 1]!
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

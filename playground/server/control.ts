// The control channel: `POST /control/<command>` with a JSON object, `GET /control/stats`. It checks the input and answers a wrong
// field with status 400 and the name of the field. The commands themselves are in `faults.ts`.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Clients, clientList } from './clients.ts'
import type { Faults } from './faults.ts'
import { type Field, FieldError, closeCode, flag, integer, number, oneOf, readFields, text } from './fields.ts'

/** One command: reads its fields and runs. */
type Command = (faults: Faults, body: unknown) => void | Promise<void>

const command =
  <T extends Record<string, unknown>>(
    table: { [K in keyof T]: Field<T[K]> },
    run: (faults: Faults, fields: T) => void | Promise<void>,
  ): Command =>
  (faults, body) =>
    run(faults, readFields(body, table))

const seconds = (fallback: number, max: number): Field<number> => number({ min: 0, max, fallback })

/** The commands by name, for `/control/<name>`. */
const commands: Record<string, Command> = {
  drop: command({ clients: clientList }, (faults, { clients }) => faults.drop(clients)),
  close: command({ code: closeCode, reason: text({ bytes: 123 }), clients: clientList }, (faults, it) =>
    faults.close(it.code, it.reason, it.clients),
  ),
  freeze: command({ what: oneOf(['everything', 'connections']), clients: clientList }, (faults, { what, clients }) =>
    faults.freeze(what, clients),
  ),
  unfreeze: command({ clients: clientList }, (faults, { clients }) => faults.unfreeze(clients)),
  refuse: command({ seconds: seconds(5, 600), how: oneOf(['http', 'destroy']) }, (faults, it) =>
    faults.refuse(it.seconds * 1000, it.how),
  ),
  // Clients accept an announced wait of at most ten minutes.
  restart: command({ seconds: seconds(2, 300), announced: flag }, (faults, it) =>
    faults.restart(it.seconds * 1000, it.announced),
  ),
  burst: command(
    {
      count: integer({ min: 1, max: 100_000, fallback: 1000 }),
      size: integer({ min: 0, max: 65_536, fallback: 100 }),
    },
    (faults, { count, size }) => {
      // Both fields at their maximum would be 6.5 GB.
      if (count * size > maxBurst)
        throw new FieldError('size', `at most ${maxBurst} characters in all, count times size`, size)
      return faults.burst(count, size)
    },
  ),
  slow: command({ delay: number({ min: 0, max: 60_000 }), clients: clientList }, (faults, { delay, clients }) =>
    faults.slow(delay, clients),
  ),
  reset: command({}, (faults) => faults.reset()),
}

const maxBurst = 32 * 1024 * 1024
const maxBody = 4096

/**
 * Answers a request to `/control/...`.
 *
 * @param stats the statistics, with the faults that affect the given clients. They are those of the query: `?client=a&client=b`.
 */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  faults: Faults,
  stats: (clients: Clients) => object,
): Promise<void> {
  try {
    reply(response, 200, stats(await runCommand(request, faults)))
  } catch (error) {
    if (error instanceof FieldError) reply(response, 400, failure(error.message, error.field))
    else if (error instanceof RequestError) {
      // The rest of a body that is too long is not read.
      if (!request.complete) response.setHeader('connection', 'close')
      reply(response, error.status, failure(error.message))
    } else throw error
  }
}

/** A request that names no command, or is sent in a wrong way. */
class RequestError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'RequestError'
    this.status = status
  }
}

/** Runs the command that a request names; `stats` is none. Returns the clients of its query. */
async function runCommand(request: IncomingMessage, faults: Faults): Promise<Clients> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://playground')
  const name = pathname.slice('/control/'.length)
  const named = searchParams.getAll('client')
  const clients = named.length > 0 ? clientList(named, 'client') : undefined
  if (name === 'stats') {
    if (request.method !== 'GET') throw new RequestError(405, 'use GET')
    return clients
  }
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!run) throw new RequestError(404, `no such command; known: ${Object.keys(commands).join(', ')}`)
  if (request.method !== 'POST') throw new RequestError(405, 'use POST')
  // A form of another site can post without a preflight request, but not with this content type.
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new RequestError(415, 'send application/json')
  await run(faults, parse(await readBody(request)))
  return clients
}

/** Answers with JSON. */
export function reply(response: ServerResponse, status: number, value: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(value))
}

/** The body of an error response. */
export function failure(message: string, field?: string): object {
  return { error: { message, ...(field !== undefined && { field }) } }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body || '{}')
  } catch {
    throw new FieldError('body', 'JSON', body)
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  // Leaving the loop early must not destroy the request, or the response could not be sent.
  for await (const chunk of request.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    body += String(chunk)
    if (body.length > maxBody) throw new RequestError(413, `send at most ${maxBody} characters`)
  }
  return body
}

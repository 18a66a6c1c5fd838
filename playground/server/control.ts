// The control channel: `POST /control/<command>` with a JSON object, `GET /control/stats`. It checks the input and answers a wrong
// field with status 400 and the name of the field. The commands themselves are in `faults.ts`.
import type { IncomingMessage, ServerResponse } from 'node:http'
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
  drop: command({}, (faults) => faults.drop()),
  close: command({ code: closeCode, reason: text({ bytes: 123 }) }, (faults, { code, reason }) =>
    faults.closeAll(code, reason),
  ),
  freeze: command({ what: oneOf(['everything', 'connections']) }, (faults, { what }) => faults.freeze(what)),
  unfreeze: command({}, (faults) => faults.unfreeze()),
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
  slow: command({ delay: number({ min: 0, max: 60_000 }) }, (faults, { delay }) => faults.slow(delay)),
  reset: command({}, (faults) => faults.reset()),
}

const maxBurst = 32 * 1024 * 1024
const maxBody = 4096

/** Answers a request to `/control/...`. */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  faults: Faults,
  stats: () => object,
): Promise<void> {
  const name = new URL(request.url ?? '/', 'http://playground').pathname.slice('/control/'.length)
  if (name === 'stats')
    return request.method === 'GET' ? reply(response, 200, stats()) : reply(response, 405, failure('use GET'))
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!run) return reply(response, 404, failure(`no such command; known: ${Object.keys(commands).join(', ')}`))
  if (request.method !== 'POST') return reply(response, 405, failure('use POST'))
  // A form of another site can post without a preflight request, but not with this content type.
  if (!request.headers['content-type']?.startsWith('application/json'))
    return reply(response, 415, failure('send application/json'))
  const body = await readBody(request)
  if (body === undefined) {
    response.setHeader('connection', 'close')
    return reply(response, 413, failure(`send at most ${maxBody} characters`))
  }
  try {
    await run(faults, parse(body))
    reply(response, 200, stats())
  } catch (error) {
    if (error instanceof FieldError) reply(response, 400, failure(error.message, error.field))
    else throw error
  }
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

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  let body = ''
  // Leaving the loop early must not destroy the request, or the response could not be sent.
  for await (const chunk of request.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    body += String(chunk)
    if (body.length > maxBody) return undefined
  }
  return body
}

import type { PresenceMember, ServerMessage } from '../server/chatProtocol.ts'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number'
const isPerson: Check = (value) =>
  has(value, { id: isText, name: isText } satisfies Record<keyof PresenceMember, Check>)
const isPeople: Check = (value) => Array.isArray(value) && value.every(isPerson)

const shapes: {
  [Type in ServerMessage['type']]: Record<Exclude<keyof Extract<ServerMessage, { type: Type }>, 'type'>, Check>
} = {
  welcome: { id: isText, people: isPeople },
  join: { person: isPerson, people: isPeople, at: isNumber },
  leave: { person: isPerson, people: isPeople, at: isNumber },
  rename: { person: isPerson, before: isText, people: isPeople, at: isNumber },
  chat: { id: isText, person: isPerson, text: isText, at: isNumber },
  echo: { text: isText },
  burst: { index: isNumber, of: isNumber, filler: isText },
  error: { reason: isText },
}

/** Tells whether a message is one of our server's: the URL may be set to a server that speaks otherwise. */
export function isServerMessage(value: unknown): value is ServerMessage {
  const type = (value as { type?: unknown } | null | undefined)?.type
  return typeof type === 'string' && Object.hasOwn(shapes, type) && has(value, shapes[type as ServerMessage['type']])
}

function has(value: unknown, shape: Record<string, Check>): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(shape).every(([key, check]) => check((value as Record<string, unknown>)[key]))
}

import type { ChatUser, ServerMessage } from '../../server/chatProtocol.ts'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number'
const isUser: Check = (value) => has(value, { id: isText, name: isText } satisfies Record<keyof ChatUser, Check>)
const isUserList: Check = (value) => Array.isArray(value) && value.every(isUser)

const shapes: {
  [Type in ServerMessage['type']]: Record<Exclude<keyof Extract<ServerMessage, { type: Type }>, 'type'>, Check>
} = {
  welcome: { id: isText, people: isUserList },
  join: { person: isUser, people: isUserList, at: isNumber },
  leave: { person: isUser, people: isUserList, at: isNumber },
  rename: { person: isUser, before: isText, people: isUserList, at: isNumber },
  chat: { id: isText, person: isUser, text: isText, at: isNumber },
  echo: { text: isText },
  burst: { index: isNumber, of: isNumber, filler: isText },
  error: { reason: isText },
  cut: { reason: (value) => value === 'heartbeat' || value === 'backlog' },
}

/** Whether a message belongs to the playground's protocol. The URL setting may point to any other server. */
export function isServerMessage(value: unknown): value is ServerMessage {
  const type = (value as { type?: unknown } | null | undefined)?.type
  return typeof type === 'string' && Object.hasOwn(shapes, type) && has(value, shapes[type as ServerMessage['type']])
}

function has(value: unknown, shape: Record<string, Check>): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(shape).every(([key, check]) => check((value as Record<string, unknown>)[key]))
}

// Describes an event of a client in one line for the log, with the same texts in both panels.
import type { ClientEvents, Resync, SessionEvents } from '@holdfast/core'
import type { ClientMessage, ServerMessage } from '../server/chatProtocol.ts'
import type { LogEntry } from './eventLog.ts'
import { describeClose } from './describeClose.ts'
import { isServerMessage } from './chat/isServerMessage.ts'

type Events = ClientEvents<ServerMessage, ClientMessage> & SessionEvents<ServerMessage, ClientMessage>

/** A description of each event. Consecutive entries of the same group become one line. */
const descriptions: { [Type in keyof Events]: (value: Events[Type]) => Omit<LogEntry, 'type'> } = {
  open: ({ reconnected, attempt }) => ({
    text: `${reconnected ? 'reconnected' : 'first connection'}${attempt > 0 ? `, attempt ${attempt}` : ''}`,
  }),
  message: (message) => ({ text: summary(message), group: kind(message) === 'chat' ? '' : `message ${kind(message)}` }),
  close: (close) => ({ text: describeClose(close) }),
  error: (error) => ({ text: `${error.name}: ${error.message}`, group: `error ${error.message}` }),
  status: (status) => ({ text: status }),
  retry: ({ attempt, delay }) => ({ text: `attempt ${attempt} in ${(delay / 1000).toFixed(1)} s` }),
  stop: () => ({ text: 'no further attempt' }),
  drop: ({ message, reason }) => ({ text: `${reason}: ${kind(message)}`, group: `drop ${reason}` }),
  latency: (latency) => ({ text: `${latency.toFixed(0)} ms`, group: 'latency' }),
  dispose: () => ({ text: 'no further events' }),
  resumed: () => ({ text: 'session resumed, no message lost' }),
  resync: (resync) => ({ text: `${resync.stream}: ${resync.reason}, ${describeLoss(resync)}` }),
  unconfirmed: ({ messages }) => ({
    text: `sent but not confirmed: ${messages.map(summary).join(', ')}`,
  }),
  stream: ({ stream, offset, message, replayed }) => ({
    text: `${summary(message)} (${stream} ${offset}${replayed ? ', replayed' : ''})`,
    group: kind(message) === 'chat' ? '' : `stream ${kind(message)}`,
  }),
  presence: ({ stream }) => ({ text: stream, group: 'presence' }),
}

/** How many messages of a stream were missed. */
export function describeLoss({ from, to }: Resync): string {
  if (!to) return 'no read access'
  if (!from || from.epoch !== to.epoch || to.offset < from.offset) return 'the number of missed messages is unknown'
  return to.offset === from.offset
    ? 'no message missed'
    : `${(to.offset - from.offset).toLocaleString()} messages missed`
}

/** Messages about users. The page shows the users themselves, so they would only fill the log. */
const presenceKinds = new Set(['welcome', 'join', 'leave', 'rename'])

/** One event as a line of the log; undefined for an event that the log does not show. */
export function describeEvent<Type extends keyof Events>(type: Type, value: Events[Type]): LogEntry | undefined {
  if (type === 'message' && presenceKinds.has(kind(value))) return undefined
  return { type, ...descriptions[type](value) }
}

/** The first characters of a text, in quotes. */
export function quote(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`
}

/** The type of a message. Another server may send values without one. */
const kind = (message: unknown): string => String((message as { type?: unknown } | null)?.type ?? typeof message)

function summary(message: unknown): string {
  return isServerMessage(message) && message.type === 'chat' ? `chat ${quote(message.text)}` : kind(message)
}

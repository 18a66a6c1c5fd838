// Puts an event of a client into one line for the log. The same words in both panels.
import type { ClientEvents, CloseInfo, Resync, SessionEvents } from '@holdfast/core'
import type { ClientMessage, ServerMessage } from '../server/chatProtocol.ts'
import type { LogEntry } from './eventLog.ts'
import { isServerMessage } from './isServerMessage.ts'

type Events = ClientEvents<ServerMessage, ClientMessage> & SessionEvents<ServerMessage, ClientMessage>

/** What each event says. Equal groups in a row become one line. */
const words: { [Type in keyof Events]: (value: Events[Type]) => Omit<LogEntry, 'type'> } = {
  open: ({ reconnected, attempt }) => ({
    text: `${reconnected ? 'again' : 'for the first time'}${attempt > 0 ? `, at attempt ${attempt}` : ''}`,
  }),
  message: (message) => ({ text: summary(message), group: kind(message) === 'chat' ? '' : `message ${kind(message)}` }),
  close: (close) => ({ text: describeClose(close) }),
  error: (error) => ({ text: `${error.name}: ${error.message}`, group: `error ${error.message}` }),
  status: (status) => ({ text: status }),
  retry: ({ attempt, delay }) => ({ text: `attempt ${attempt} in ${(delay / 1000).toFixed(1)} s` }),
  stop: (close) => ({ text: `no further attempt: ${describeClose(close)}` }),
  drop: ({ message, reason }) => ({ text: `${reason}: ${kind(message)}`, group: `drop ${reason}` }),
  latency: (latency) => ({ text: `${latency.toFixed(0)} ms`, group: 'latency' }),
  dispose: () => ({ text: 'nothing follows' }),
  resumed: () => ({ text: 'the session goes on, nothing is lost' }),
  resync: (resync) => ({ text: `${resync.stream}: ${resync.reason}, ${describeLoss(resync)}` }),
  unconfirmed: ({ messages }) => ({
    text: `sent, and nobody knows whether applied: ${messages.map(summary).join(', ')}`,
  }),
  stream: ({ stream, offset, message, replayed }) => ({
    text: `${summary(message)} (${stream} ${offset}${replayed ? ', replayed' : ''})`,
    group: kind(message) === 'chat' ? '' : `stream ${kind(message)}`,
  }),
  presence: ({ stream }) => ({ text: stream, group: 'presence' }),
}

/** How much of a stream is missing. */
export function describeLoss({ from, to }: Resync): string {
  if (!to) return 'it is not ours to read'
  if (!from || from.epoch !== to.epoch || to.offset < from.offset) return 'what was missed is not known'
  return to.offset === from.offset ? 'nothing missed' : `${(to.offset - from.offset).toLocaleString()} missed`
}

/** One event as a line of the log. */
export function describeEvent<Type extends keyof Events>(type: Type, value: Events[Type]): LogEntry {
  return { type, ...words[type](value) }
}

/** Why a connection ended, in one line. */
export function describeClose({ code, reason, cause, final }: CloseInfo): string {
  return `${code}${reason && ` “${reason}”`}, by ${cause}${final ? ', final' : ''}`
}

/** The beginning of a text. */
export function quote(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`
}

/** A foreign server may send anything. */
const kind = (message: unknown): string => String((message as { type?: unknown } | null)?.type ?? typeof message)

function summary(message: unknown): string {
  return isServerMessage(message) && message.type === 'chat' ? `chat ${quote(message.text)}` : kind(message)
}

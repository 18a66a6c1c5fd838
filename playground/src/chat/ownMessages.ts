// The messages of this panel, from sending to confirmation. A message is confirmed by two events that come in either order: the
// server acknowledges it, and it arrives as a chat message.

/** A message that is not among the lines of the chat yet. */
export interface PendingMessage {
  id: string
  text: string
}

interface OwnMessage {
  text: string
  /** The key of its line, once it is among the lines of the chat. */
  line?: number
  acknowledged: boolean
}

/** The messages of this panel that are not confirmed yet. */
export interface OwnMessages {
  /** Messages on their way or waiting for the connection, oldest first. */
  pending(): PendingMessage[]
  add(id: string, text: string): void
  get(id: string): Readonly<OwnMessage> | undefined
  /** The message is now shown by this line. */
  show(id: string, line: number): void
  /** The server has acknowledged the message. Returns its line, if it has one. */
  acknowledge(id: string): number | undefined
  remove(id: string): void
}

/** Creates an empty collection. */
export function createOwnMessages(): OwnMessages {
  const messages = new Map<string, OwnMessage>()
  return {
    pending: () => [...messages].flatMap(([id, { text, line }]) => (line === undefined ? [{ id, text }] : [])),
    add: (id, text) => void messages.set(id, { text, acknowledged: false }),
    get: (id) => messages.get(id),
    show(id, line) {
      const message = messages.get(id)
      if (message?.acknowledged) messages.delete(id)
      else if (message) message.line = line
    },
    acknowledge(id) {
      const message = messages.get(id)
      if (message?.line !== undefined) messages.delete(id)
      else if (message) message.acknowledged = true
      return message?.line
    },
    remove: (id) => void messages.delete(id),
  }
}

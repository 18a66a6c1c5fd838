// The newest lines of the chat, in order. The number of lines is bounded.
import type { ChatUser } from '../../server/chatProtocol.ts'

/** One line: a chat message, or (without a user) a notice. A changed line is a new object with the same key. */
export interface ChatLine {
  key: number
  /** Epoch ms. */
  at: number
  text: string
  /** The author of a chat message. */
  person?: ChatUser
  /** The id of a chat message. */
  id?: string
  /** The message was sent by this panel. */
  mine: boolean
  /** Of a message of this panel: the server has acknowledged it. */
  delivered?: boolean
}

/** A bounded list of lines. */
export interface ChatLines {
  /** A copy of the lines, oldest first. */
  get(): readonly ChatLine[]
  /** Inserts a line below the line `after`, by default at the end. Returns its key. */
  add(line: Omit<ChatLine, 'key' | 'mine'> & { mine?: boolean }, after?: number): number
  /** Changes a line, unless the limit has removed it. */
  update(key: number | undefined, change: Partial<ChatLine>): void
  /** The key of the last line. */
  newest(): number | undefined
  /** Whether a chat message is in the list. */
  has(id: string): boolean
}

/** Creates an empty list of at most `limit` lines. */
export function createChatLines(limit: number): ChatLines {
  const lines: ChatLine[] = []
  let nextKey = 0

  const indexOf = (key: number | undefined): number => lines.findIndex((line) => line.key === key)

  return {
    get: () => [...lines],
    add(line, after) {
      const index = after === undefined ? lines.length : indexOf(after) + 1
      lines.splice(index, 0, { mine: false, ...line, key: nextKey })
      if (lines.length > limit) lines.shift()
      return nextKey++
    },
    update(key, change) {
      const index = indexOf(key)
      const line = lines[index]
      if (line) lines[index] = { ...line, ...change }
    },
    newest: () => lines.at(-1)?.key,
    has: (id) => lines.some((line) => line.id === id),
  }
}

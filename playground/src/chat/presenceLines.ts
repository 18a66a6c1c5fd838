// The lines about users that join and leave. Consecutive changes of the same kind share a line, so that they do not flood the chat.
import type { ChatUser } from '../../server/chatProtocol.ts'
import type { ChatLines } from './chatLines.ts'

/** Adds lines about users. */
export interface PresenceLines {
  add(change: 'joined' | 'left', event: { person: ChatUser; at: number }): void
}

/** Creates a writer of such lines. */
export function createPresenceLines(lines: ChatLines): PresenceLines {
  let newest: { line: number; change: 'joined' | 'left'; names: Set<string> } | undefined
  return {
    add(change, { person, at }) {
      if (newest?.change !== change || lines.newest() !== newest.line)
        newest = { line: lines.add({ at, text: '' }), change, names: new Set() }
      newest.names.add(person.name)
      lines.update(newest.line, { at, text: `${describeNames([...newest.names])} ${change}` })
    },
  }
}

function describeNames([first = '', second, ...others]: readonly string[]): string {
  if (second === undefined) return first
  return `${first} and ${others.length === 0 ? second : `${others.length + 1} others`}`
}

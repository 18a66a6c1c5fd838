/** Who follows a stream of a client, counted, and who is in it: the first one joins it, and the last one gives it back. */

import type { SessionClient } from '../client/client.ts'
import type { PresenceMember, Presence, Resync } from '../client/session.ts'

/** A stream while somebody follows it. */
interface Room {
  users: number
  /** Nothing until the server has told the whole. */
  members: Map<string, PresenceMember> | undefined
  shown: readonly PresenceMember[]
  deafen(): void
}

/** What a follower is given. */
export interface Following {
  /** Another array when somebody has come or gone. */
  members(): readonly PresenceMember[]
  /** Follows no more. Once, and a microtask later if nobody else does: so that a remount stays in. */
  leave(): void
}

type AnyClient = Pick<SessionClient<never, never>, 'join' | 'leave'> & {
  on(type: 'presence', listener: (presence: Presence) => void): () => void
  on(type: 'resync', listener: (resync: Resync) => void): () => void
}

const NOBODY: readonly PresenceMember[] = []
const rooms = /* @__PURE__ */ new WeakMap<object, Map<string, Room>>()

const createRoom = (client: AnyClient, stream: string): Room => {
  const room: Room = { users: 0, members: undefined, shown: NOBODY, deafen: () => leaves.forEach((leave) => leave()) }
  const leaves = [
    client.on('presence', ({ stream: name, members: all, joined = [], left = [] }) => {
      if (name !== stream) return
      if (all) room.members = new Map()
      const { members } = room
      if (!members) return // differences from what nobody knows
      for (const person of [...(all ?? []), ...joined]) members.set(person.id, person)
      for (const { id } of left) members.delete(id)
      room.shown = [...members.values()]
    }),
    client.on('resync', ({ stream: name, reason }) => {
      if (name !== stream || reason !== 'denied') return
      room.members = undefined
      room.shown = NOBODY
    }),
  ]
  return room
}

/** Who is in a stream, as far as somebody follows it. */
export const membersIn = (client: object, stream: string): readonly PresenceMember[] =>
  rooms.get(client)?.get(stream)?.shown ?? NOBODY

export const followStream = (client: AnyClient, stream: string): Following => {
  client.join(stream, true)
  const here = rooms.get(client) ?? new Map<string, Room>()
  const room = here.get(stream) ?? createRoom(client, stream)
  rooms.set(client, here.set(stream, room))
  room.users++
  const end = (): void => {
    // Where others have joined it, it goes on, and who is in it is still known to whoever comes next.
    if (room.users || here.get(stream) !== room || !client.leave(stream, true)) return
    room.deafen()
    here.delete(stream)
  }
  return {
    members: () => room.shown,
    leave: () => {
      if (!--room.users) queueMicrotask(end)
    },
  }
}

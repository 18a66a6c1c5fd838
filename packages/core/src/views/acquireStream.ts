/** Who follows a stream of a client, counted, and who is in it: the first one joins it, and the last one gives it back. */

import type { SessionClient } from '../client/client.ts'
import type { Person, Presence, Resync } from '../client/session.ts'

/** A stream while somebody follows it. */
interface Room {
  users: number
  /** Nothing until the server has told the whole. */
  people: Map<string, Person> | undefined
  shown: readonly Person[]
  deafen(): void
}

/** What a follower is given. */
export interface Following {
  /** Another array when somebody has come or gone. */
  people(): readonly Person[]
  /** Follows no more. Once, and a microtask later if nobody else does: so that a remount stays in. */
  leave(): void
}

type AnyClient = Pick<SessionClient<never, never>, 'join' | 'leave'> & {
  on(type: 'presence', listener: (presence: Presence) => void): () => void
  on(type: 'resync', listener: (resync: Resync) => void): () => void
}

const NOBODY: readonly Person[] = []
const rooms = /* @__PURE__ */ new WeakMap<object, Map<string, Room>>()

const createRoom = (client: AnyClient, stream: string): Room => {
  const room: Room = { users: 0, people: undefined, shown: NOBODY, deafen: () => leaves.forEach((leave) => leave()) }
  const leaves = [
    client.on('presence', ({ stream: name, all, in: entered = [], out = [] }) => {
      if (name !== stream) return
      if (all) room.people = new Map()
      const { people } = room
      if (!people) return // differences from what nobody knows
      for (const person of [...(all ?? []), ...entered]) people.set(person.id, person)
      for (const { id } of out) people.delete(id)
      room.shown = [...people.values()]
    }),
    client.on('resync', ({ stream: name, why }) => {
      if (name !== stream || why !== 'denied') return
      room.people = undefined
      room.shown = NOBODY
    }),
  ]
  return room
}

/** Who is in a stream, as far as somebody follows it. */
export const peopleIn = (client: object, stream: string): readonly Person[] =>
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
    people: () => room.shown,
    leave: () => {
      if (!--room.users) queueMicrotask(end)
    },
  }
}

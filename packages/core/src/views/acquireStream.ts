/** Streams that several views of a client share: the first view joins a stream, and the last one leaves it. */

import { internalsOf } from '../client/clientInternals.ts'
import type { SessionClient } from '../client/webSocketClient.ts'
import type { PresenceMember, Presence, Resync } from '../client/session.ts'

/** A stream while at least one view uses it. */
interface SharedStream {
  users: number
  /** By id; undefined until the server has sent the complete list. */
  membersById: Map<string, PresenceMember> | undefined
  members: readonly PresenceMember[]
  unsubscribe(): void
}

/** One use of a shared stream. */
export interface StreamHandle {
  /** Returns another array when a member has joined or left. */
  members(): readonly PresenceMember[]
  /** Ends this use; call it once. The stream is left a microtask later, so that a view which is remounted stays joined. */
  release(): void
}

type AnyClient = Pick<SessionClient<never, never>, 'join' | 'leave'> & {
  on(type: 'presence', listener: (presence: Presence) => void): () => void
  on(type: 'resync', listener: (resync: Resync) => void): () => void
}

type Joinable = Pick<SessionClient<never, never>, 'join' | 'leave'>

/** Joins a stream unless it is joined already. A copy of a client has no internals: it joins as the application would. */
export const joinTemporarily = (client: Joinable, stream: string): void => {
  const { acquireStream = client.join } = internalsOf(client)?.session ?? {}
  acquireStream(stream)
}

/** Leaves a stream that only `joinTemporarily` has joined; not one that the application or the server joined. Returns whether it was left. */
export const leaveIfTemporary = (client: Joinable, stream: string): boolean => {
  const { releaseStream = client.leave } = internalsOf(client)?.session ?? {}
  return releaseStream(stream)
}

const NO_MEMBERS: readonly PresenceMember[] = []
const sharedStreams = /* @__PURE__ */ new WeakMap<object, Map<string, SharedStream>>()

const createSharedStream = (client: AnyClient, stream: string): SharedStream => {
  const shared: SharedStream = {
    users: 0,
    membersById: undefined,
    members: NO_MEMBERS,
    unsubscribe: () => unsubscribers.forEach((unsubscribe) => unsubscribe()),
  }
  const unsubscribers = [
    client.on('presence', ({ stream: name, members, joined = [], left = [] }) => {
      if (name !== stream) return
      if (members) shared.membersById = new Map()
      const { membersById } = shared
      // Changes cannot be applied before the complete list is known.
      if (!membersById) return
      for (const member of [...(members ?? []), ...joined]) membersById.set(member.id, member)
      for (const { id } of left) membersById.delete(id)
      shared.members = [...membersById.values()]
    }),
    client.on('resync', ({ stream: name, reason }) => {
      if (name !== stream || reason !== 'denied') return
      shared.membersById = undefined
      shared.members = NO_MEMBERS
    }),
  ]
  return shared
}

/** Returns the members of a stream, if a view has used it and the server has sent them; otherwise an empty array. */
export const membersOf = (client: object, stream: string): readonly PresenceMember[] =>
  sharedStreams.get(client)?.get(stream)?.members ?? NO_MEMBERS

/** Joins a stream for one view. @throws OptionError for a wrong stream name */
export const acquireStream = (client: AnyClient, stream: string): StreamHandle => {
  joinTemporarily(client, stream)
  const byName = sharedStreams.get(client) ?? new Map<string, SharedStream>()
  const shared = byName.get(stream) ?? createSharedStream(client, stream)
  sharedStreams.set(client, byName.set(stream, shared))
  shared.users++
  const leaveIfUnused = (): void => {
    // A stream that the application has joined stays joined, and its members are kept up to date for the next view.
    if (shared.users || byName.get(stream) !== shared || !leaveIfTemporary(client, stream)) return
    shared.unsubscribe()
    byName.delete(stream)
  }
  return {
    members: () => shared.members,
    release: () => {
      if (!--shared.users) queueMicrotask(leaveIfUnused)
    },
  }
}

/** A client that was let in, of either kind: what the application holds of it, and its streams. */

import { CODES, isSendable } from '../protocol/closeCodes.ts'
import type { Connection, User } from '../context/hubEvents.ts'
import { check } from '../errors.ts'
import { isName } from '../protocol/frames.ts'
import { toJson } from '../protocol/json.ts'
import type { Link } from '../connection/link.ts'
import type { Voice } from '../streams/subscription.ts'
import { type Joining, type Memberships, createMemberships } from '../streams/subscriptions.ts'
import type { Presence } from '../streams/presence.ts'
import type { Rooms } from '../streams/streamRegistry.ts'
import type { Setting } from '../context/hubContext.ts'
import type { Position } from '../store/store.ts'
import type { StreamState } from '../protocol/resumeResult.ts'
import { type Work, createWork } from './taskQueue.ts'

/** What all clients of a node live in. */
export interface House {
  readonly setting: Setting
  readonly rooms: Rooms
  readonly presence: Presence
}

/** How a kind of client is spoken to. */
export interface Speech extends Voice {
  /** A message of no stream, as JSON text. */
  emit(data: string): void
  /** A stream was joined, at the client's wish or the application's. */
  joined(stream: string, state: StreamState): void
  /** A frame of presence. */
  present(frame: string): void
}

export interface Guest {
  readonly connection: Connection
  readonly memberships: Memberships
  /** A fresh token has told more of the same user. */
  renew(user: User): void
  /** Joins, answers and replays, after what was asked before. */
  join(stream: string, pos: Position | undefined): Promise<void>
  leave(stream: string): Promise<void>
  /** Replays, after which all is live. */
  go(joining: Joining): void
  /** Leaves all streams, for good. @param later shown to others for a while, because it may come back */
  end(later: boolean): void
}

export interface GuestOptions {
  house: House
  link: Link
  id: string
  user: User
  sid: string | undefined
  speech: Speech
}

export const createGuest = ({ house, link, id, user, sid, speech }: GuestOptions): Guest => {
  const { setting, rooms, presence } = house
  const { events, options, limits, report } = setting
  const failed = (error: unknown): void => {
    report(error)
    link.close(CODES.failed, 'the server has failed')
  }
  /** Joining and leaving happen one after the other. */
  let changes: Work | undefined
  const work = (): Work => (changes ??= createWork({ tasks: 4 * limits.streams, bytes: Infinity }, failed))
  const memberships = createMemberships({
    setting,
    rooms,
    voice: speech,
    allowed: async (stream) => (await options.authorize?.(connection.user, stream)) ?? true,
    changed: (streams) => {
      connection.streams = streams
    },
    joined: (stream) => {
      events.tell('join', connection, stream)
      presence.enter(stream, id, connection.user, speech.present)
    },
  })
  const left = (stream: string, later: boolean): void => {
    presence.leave(stream, id, later)
    events.tell('leave', connection, stream)
  }
  /** Resolves when the change is made; rejects when it failed, and the link with it. */
  const change = (task: () => Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const taken = work().add(0, async () => {
        try {
          await task()
          resolve()
        } catch (error) {
          reject(error as Error)
          throw error
        }
      })
      if (taken) return
      link.close(CODES.flood, 'rate limited', [1000, 5000])
      resolve()
    })
  const join = (stream: string, pos: Position | undefined): Promise<void> =>
    change(async () => {
      if (!link.open) return
      const joining = await memberships.join([[stream, pos]])
      for (const [name, state] of joining.states) speech.joined(name, state)
      go(joining)
    })
  const leave = (stream: string): Promise<void> =>
    change(async () => {
      if (memberships.leave(stream)) left(stream, false)
    })
  const go = (joining: Joining): void => {
    link.unbounded(joining.go)
  }
  const connection: Connection & { user: User; streams: readonly string[] } = {
    id,
    user,
    request: link.request,
    sid,
    plain: link.plain,
    streams: [],
    send: (message) => speech.emit(toJson(message)),
    join: (stream) => {
      check('stream', stream, isName(stream), 'a string of 1 to 256 bytes')
      return join(stream, undefined)
    },
    leave,
    close: (code = 1000, reason = '') => {
      check('code', code, isSendable(code), '1000 to 1003, 1007 to 1014, or 3000 to 4999')
      link.close(code, reason)
    },
  }
  return {
    connection,
    memberships,
    renew: (fresh) => {
      connection.user = fresh
    },
    join,
    leave,
    go,
    end: (later) => {
      for (const stream of memberships.end()) left(stream, later)
    },
  }
}

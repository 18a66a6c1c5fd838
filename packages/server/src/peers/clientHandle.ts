/** An accepted client of either kind: its `Connection` for the application, and its streams. */

import type { Link } from '../connection/link.ts'
import type { TextFrame } from '../connection/textFrame.ts'
import { askPermission } from '../context/callbacks.ts'
import type { Connection, User } from '../context/hubEvents.ts'
import { check } from '../errors.ts'
import { CLOSE_CODES, isSendable } from '../protocol/closeCodes.ts'
import type { ResumeResult } from '../protocol/decideResume.ts'
import { NAME, isName } from '../protocol/frames.ts'
import { toJson } from '../protocol/json.ts'
import type { Position } from '../store/store.ts'
import type { Sink } from '../streams/subscription.ts'
import { type PendingJoin, type Subscriptions, createSubscriptions } from '../streams/subscriptions.ts'
import type { PeerOptions } from './peer.ts'
import { type TaskQueue, createTaskQueue } from './taskQueue.ts'

/** Sends to a client, in its format. */
export interface ClientSink extends Sink {
  /** Sends a message that belongs to no stream. @param data JSON text */
  emit(data: string): void
  /** The client or the application has joined a stream. */
  joined(stream: string, result: ResumeResult): void
  /** Sends the `pres` frames of one list, or of one set of changes. */
  presence(frames: readonly TextFrame[]): void
}

export interface ClientHandle {
  readonly connection: Connection
  readonly subscriptions: Subscriptions
  /** Replaces the user, after a fresh token. */
  setUser(user: User): void
  /** Joins, answers with `sub` and replays, after earlier changes. Rejects when the store fails. */
  join(stream: string, pos: Position | undefined): Promise<void>
  leave(stream: string): Promise<void>
  /** Replays the missed messages, then sends live ones. */
  start(join: PendingJoin): void
  /** Leaves all streams permanently. @param mayReturn keeps the client in presence for a grace period */
  end(mayReturn: boolean): void
}

export interface ClientHandleOptions {
  peer: PeerOptions
  link: Link
  user: User
  sessionId: string | undefined
  sink: ClientSink
}

export const createClientHandle = ({ peer, link, user, sessionId, sink }: ClientHandleOptions): ClientHandle => {
  const { context, streams, presence } = peer
  const { events, options, limits, report } = context
  const id = `${context.name}:${link.number}`

  const subscriptions = createSubscriptions({
    context,
    streams,
    sink,
    isAllowed: async (stream) => {
      const { authorize } = options
      if (!authorize) return true
      return await askPermission(context, { name: 'authorize', run: () => authorize(connection.user, stream) })
    },
    onChange: (names) => {
      connection.streams = names
    },
    onJoin: (stream) => {
      events.emit('join', connection, stream)
      presence.enter(stream, id, connection.user, sink.presence)
    },
  })
  const leftStream = (stream: string, mayReturn: boolean): void => {
    presence.leave(stream, id, mayReturn)
    events.emit('leave', connection, stream)
  }

  /** Joins and leaves run one after the other. Most clients need no queue, so it is created on first use. */
  let queue: TaskQueue | undefined
  const fail = (error: unknown): void => {
    report(error)
    link.close(CLOSE_CODES.internalError, 'the server has failed')
  }
  /** Resolves when the task has run. If the task fails, rejects and closes the link. */
  const enqueue = (task: () => Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      queue ??= createTaskQueue(4 * limits.streams, fail)
      const added = queue.add(async () => {
        try {
          await task()
          resolve()
        } catch (error) {
          reject(error as Error)
          throw error
        }
      })
      if (added) return
      link.close(CLOSE_CODES.rateLimited, 'rate limited', [1000, 5000])
      resolve()
    })
  const start = (join: PendingJoin): void => {
    link.sendUnlimited(join.start)
  }
  const join = (stream: string, pos: Position | undefined): Promise<void> =>
    enqueue(async () => {
      if (!link.open) return
      const pending = await subscriptions.join([[stream, pos]])
      for (const [name, result] of pending.results) sink.joined(name, result)
      start(pending)
    })
  const leave = (stream: string): Promise<void> =>
    enqueue(async () => {
      if (subscriptions.leave(stream)) leftStream(stream, false)
    })

  const connection: Connection & { user: User; streams: readonly string[] } = {
    id,
    user,
    request: link.request,
    sessionId,
    plain: link.plain,
    streams: [],
    send: (message) => sink.emit(toJson(message)),
    join: (stream) => {
      check('stream', stream, isName(stream), NAME)
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
    subscriptions,
    setUser: (fresh) => {
      connection.user = fresh
    },
    join,
    leave,
    start,
    end: (mayReturn) => {
      for (const stream of subscriptions.end()) leftStream(stream, mayReturn)
    },
  }
}

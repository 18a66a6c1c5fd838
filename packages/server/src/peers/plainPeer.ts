/** A client that speaks plain WebSocket: what it sends goes to the listeners of `message`, and what it hears is data alone. */

import type { IncomingMessage } from 'node:http'
import { CODES } from '../protocol/closeCodes.ts'
import type { CloseDetails, User } from '../context/hubEvents.ts'
import { HubError } from '../errors.ts'
import { type House, type Speech, createGuest } from './clientHandle.ts'
import { parseJson } from '../protocol/json.ts'
import { createLink } from '../connection/link.ts'
import type { Party } from './peer.ts'
import type { NodeSocket } from '../connection/socket.ts'
import { createWork } from './taskQueue.ts'

/** What a raw client gets for a message: text as it is, the rest as JSON. */
const rawText = (data: string): string => {
  const value: unknown = data.startsWith('"') ? JSON.parse(data) : data
  return value as string
}

/** @param user as the upgrade has found @param forget is called when nothing is left to do for it */
export const createPlain = (
  house: House,
  socket: NodeSocket,
  request: IncomingMessage,
  number: number,
  user: User,
  forget: () => void,
): Party => {
  const { setting } = house
  const { events, limits, stats, timers, report } = setting
  const raw = setting.options.codec === 'raw'
  const work = createWork({ tasks: limits.backlog, bytes: limits.backlogBytes }, report)
  const speech: Speech = {
    message: (_, data) => {
      stats.sent++
      speech.emit(data)
    },
    emit: (data) => link.send(raw ? rawText(data) : data),
    // A plain client has no words for these.
    reset: () => undefined,
    joined: () => undefined,
    present: () => undefined,
  }
  const drop = (code: number, why: string): void => {
    stats.badFrames++
    link.close(code, why)
  }
  const apply = async (message: unknown): Promise<void> => {
    const { connection } = guest
    stats.received++
    try {
      await events.ask('message', message, {
        connection,
        user: connection.user,
        id: undefined,
        idempotencyKey: undefined,
        channel: undefined,
      })
    } catch (error) {
      if (!(error instanceof HubError)) report(error)
    }
  }
  const read = (data: string | Buffer, isBinary: boolean): unknown => {
    if (raw) return isBinary ? data : data.toString()
    return parseJson(data.toString(), limits.depth)
  }
  const heard = (data: string | Buffer, isBinary: boolean): void => {
    if (isBinary && !raw) return drop(CODES.badFrame, 'binary')
    // The heartbeat of clients, ours among them, which could not be told from a message where all text is one.
    if (!raw && data.toString() === 'ping') return link.send('pong')
    let message: unknown
    try {
      message = read(data, isBinary)
    } catch (error) {
      return drop(CODES.badFrame, (error as Error).message)
    }
    if (work.add(data.length, () => apply(message))) return undefined
    stats.floods++
    return link.close(CODES.flood, 'rate limited', [1000, 5000])
  }
  const ended = (details: CloseDetails): void => {
    stopExpiry?.()
    guest.end(details.code !== 1000 && details.code !== 1001)
    events.tell('close', guest.connection, details)
    void work.idle().finally(forget)
  }
  const link = createLink({
    setting,
    socket,
    request,
    number,
    heard,
    closing: (code, why) => {
      guest.end(true)
      if (code !== 1000 && code !== CODES.restart && code !== CODES.away)
        events.tell('drop', guest.connection, { code, why })
    },
    ended,
  })
  const guest = createGuest({ house, link, id: `${setting.name}:${number}`, user, sid: undefined, speech })
  const { expiresAt = Infinity } = user
  const stopExpiry =
    expiresAt === Infinity
      ? undefined
      : timers.after(expiresAt - setting.clock.now(), () => link.close(CODES.expired, 'token expired'))
  stats.accepted++
  link.watch(() => undefined)
  return {
    link,
    begin: () => events.tell('connection', guest.connection),
    broadcast: ({ data, json }) => {
      stats.sent++
      link.send(raw ? rawText(data) : json)
    },
    detach: async () => undefined,
    settled: () => work.idle(),
  }
}

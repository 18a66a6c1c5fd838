/** Many real clients that deliver messages with and without a key, follow a stream, and record what became of each message. */
import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { expect, vi } from 'vitest'
import { WebSocket } from 'ws'

export type Outcome = 'applied' | 'UnknownOutcomeError'

export interface DeliveringClientsOptions {
  count: number
  /** The URL that a client dials next. */
  url: (index: number) => string
  /** A stream of the numbers 1, 2, 3… that all clients follow. */
  stream?: string
}

const createRecordedClient = (index: number, { url, stream }: DeliveringClientsOptions) => {
  const client = createWebSocket<number, string>(() => url(index), {
    WebSocket: WebSocket as never,
    codec: json<number, string>(),
    session: session<number, string>({
      token: () => `user ${index}`,
      ...(stream !== undefined && { streams: [stream] }),
    }),
    reconnect: { minDelay: 1, baseDelay: 20, maxDelay: 300 },
  })
  const seen = { client, top: 0, resyncs: 0, skipped: 0, repeated: 0, faults: [] as string[] }
  let isResynced = false
  client.on('stop', ({ code, reason }) => {
    if (code !== 1000) seen.faults.push(`${index}: gone for good with ${code} ${reason}`)
  })
  client.on('resync', () => {
    seen.resyncs++
    isResynced = true
  })
  client.on('stream', ({ message }) => {
    const missed = message - seen.top - 1
    if (missed !== 0 && !isResynced) seen.faults.push(`${index}: ${message} after ${seen.top}, without a resync`)
    if (missed > 0) seen.skipped += missed
    if (missed < 0) seen.repeated++
    isResynced = false
    seen.top = message
  })
  return seen
}

/** Messages with a key are applied once. Others are applied once, or have an unknown outcome. @param applied how often each message was */
export const expectDeliveredOnce = (
  outcomes: ReadonlyMap<string, Outcome>,
  applied: ReadonlyMap<string, number>,
): void => {
  for (const [message, outcome] of outcomes) {
    const times = applied.get(message) ?? 0
    if (message.startsWith('keyed')) expect([message, outcome, times]).toEqual([message, 'applied', 1])
    else if (outcome === 'applied') expect([message, times]).toEqual([message, 1])
    else expect([message, outcome, Math.min(times, 1)]).toEqual([message, 'UnknownOutcomeError', times])
  }
}

/** Waits for a condition that has no event, without a limit but that of the test. */
export const eventually = (condition: () => void): Promise<void> =>
  vi.waitFor(condition, { interval: 20, timeout: 200_000 })

export const createDeliveringClients = (options: DeliveringClientsOptions) => {
  const all = Array.from({ length: options.count }, (_, index) => createRecordedClient(index, options))
  const clients = all.map(({ client }) => client)
  /** By message. A message that is under way has none. */
  const outcomes = new Map<string, Outcome>()
  let sent = 0
  let count = 0
  let isStopped = false
  const deliver = async (index: number, message: string): Promise<void> => {
    sent++
    try {
      await clients[index]!.deliver(message, message.startsWith('keyed') ? { idempotencyKey: message } : {})
      outcomes.set(message, 'applied')
    } catch (error) {
      outcomes.set(message, (error as Error).name as Outcome)
    }
  }
  const deliverBoth = (index: number): Promise<unknown> => {
    const number = ++count
    return Promise.all([deliver(index, `keyed ${index} ${number}`), deliver(index, `plain ${index} ${number}`)])
  }
  return {
    clients,
    /** What each client has received of the stream. */
    received: all as readonly Readonly<(typeof all)[number]>[],
    outcomes,
    /** Messages without an outcome. */
    get underWay() {
      return sent - outcomes.size
    },
    /** Each client delivers a message with a key and one without. Resolves when all are settled. */
    deliverAll: () => Promise.all(clients.map((_, index) => deliverBoth(index))),
    /** Each client delivers one pair after the other until `stop`. Resolves when all are settled. */
    async deliverUntilStopped() {
      isStopped = false
      await Promise.all(
        clients.map(async (_, index) => {
          while (!isStopped) await deliverBoth(index)
        }),
      )
    },
    stop() {
      isStopped = true
    },
    dispose() {
      isStopped = true
      for (const client of clients) client.dispose()
    },
  }
}

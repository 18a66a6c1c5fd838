/** A real client that delivers a number every 10 ms, receives the numbers of the server, and records every fault. */
import { createWebSocket, json } from '@holdfast/core'
import { session, UnknownOutcomeError } from '@holdfast/core/recovery'
import { WebSocket } from 'ws'
import { deferred } from '../support/deferred.ts'

type Counter = 'opened' | 'resumed' | 'resyncs' | 'skipped' | 'received' | 'acknowledged'

/** The promises of a recording client also resolve after a fault, so that a test fails at once instead of waiting. */
export interface RecordingClient {
  /** Resolves when the client has opened this many times in total. */
  opened(times: number): Promise<void>
  /** Delivers number after number, until `stop`. */
  go(): void
  /** Resolves when this many more deliveries are settled, and this many more messages are received. */
  exchanged(messages: number): Promise<void>
  /** Stops delivering. Resolves to the last number when all deliveries are settled. */
  stop(): Promise<number>
  /** Resolves when this number of a stream is received. */
  received(stream: string, last: number): Promise<void>
  readonly faults: readonly string[]
  /** Numbers that were rejected with an `UnknownOutcomeError`. */
  readonly unknown: ReadonlySet<number>
  readonly counts: Readonly<Record<Counter, number>>
  close(): void
}

const INTERVAL_MS = 10
/** Below the 1000 waiting deliveries of a client's queue, which a slow restart of a node would fill. */
const MAX_UNSETTLED = 500

/** @param url is called at each dial */
export function createRecordingClient(url: () => string, streams: readonly string[]): RecordingClient {
  const faults: string[] = []
  const unknown = new Set<number>()
  const counts = { opened: 0, resumed: 0, resyncs: 0, skipped: 0, received: 0, acknowledged: 0 }
  const tops = new Map(streams.map((stream) => [stream, 0]))
  /** Streams with a `resync` and no message since. */
  const resynced = new Set<string>()
  let changed = deferred()
  const notify = (): void => {
    changed.resolve()
    changed = deferred()
  }
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone() && faults.length === 0) await changed.promise
  }
  const addFault = (fault: string): void => {
    faults.push(fault)
    notify()
  }

  const client = createWebSocket<number, number>(url, {
    codec: json<number, number>(),
    WebSocket: WebSocket as never,
    // Longer than a node waits for the previous owner of a session, on a slow machine too.
    connectTimeout: 30_000,
    reconnect: { delay: () => 20 + Math.random() * 60 },
    session: session({ streams }),
  })
  client.on('open', () => {
    counts.opened++
    notify()
  })
  client.on('stop', ({ code, reason }) => {
    addFault(`stopped by ${code} ${reason}`)
    client.dispose() // otherwise the deliveries would wait forever
  })
  client.on('resumed', () => counts.resumed++)
  client.on('resync', ({ stream }) => {
    counts.resyncs++
    resynced.add(stream)
  })
  client.on('stream', ({ stream, message }) => {
    const top = tops.get(stream)!
    const missed = message - top - 1
    if (missed < 0) addFault(`${stream}: ${message} after ${top}`)
    if (missed > 0 && !resynced.has(stream)) addFault(`${stream}: ${message} after ${top}, without a resync`)
    if (missed > 0) counts.skipped += missed
    counts.received++
    resynced.delete(stream)
    tops.set(stream, message)
    notify()
  })

  let number = 0
  let settled = 0
  const deliveries: Promise<void>[] = []
  let timer: ReturnType<typeof setInterval> | undefined
  const deliver = async (mine: number): Promise<void> => {
    try {
      await client.deliver(mine)
      counts.acknowledged++
    } catch (error) {
      if (error instanceof UnknownOutcomeError) unknown.add(mine)
      else addFault(`${mine} was not delivered: ${error as Error}`)
    }
    if (++settled !== mine) addFault(`delivery ${mine} was settled as number ${settled}`)
    notify()
  }
  return {
    opened: (times) => until(() => counts.opened >= times),
    go() {
      const start = performance.now()
      timer = setInterval(() => {
        const due = Math.min((performance.now() - start) / INTERVAL_MS, settled + MAX_UNSETTLED)
        while (number < due) deliveries.push(deliver(++number))
      }, INTERVAL_MS)
    },
    exchanged(messages) {
      const [toSettle, toReceive] = [settled + messages, counts.received + messages]
      return until(() => settled >= toSettle && counts.received >= toReceive)
    },
    async stop() {
      clearInterval(timer)
      await Promise.all(deliveries)
      return number
    },
    received: (stream, last) => until(() => tops.get(stream)! >= last),
    faults,
    unknown,
    counts,
    close() {
      clearInterval(timer)
      client.dispose()
    },
  }
}

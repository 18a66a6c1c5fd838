/** A real client that delivers a number every 10 ms and hears those of the server, and writes down what does not fit. */
import { createWebSocket, json } from '@holdfast/core'
import { session, UnknownOutcomeError } from '@holdfast/core/recovery'
import { WebSocket } from 'ws'
import { deferred } from '../support/deferred.ts'

export interface Witness {
  /** Resolves when it is open. */
  readonly ready: Promise<void>
  /** Delivers number after number, until `stop`. */
  go(): void
  /** Delivers no more. Resolves with the last number when all have been answered for. */
  stop(): Promise<number>
  /** Resolves when the last number of a stream was heard, or something went wrong. */
  heard(stream: string, last: number): Promise<void>
  /** What went wrong, in words. */
  readonly faults: readonly string[]
  /** Numbers whose outcome was said to be unknown. */
  readonly unknown: ReadonlySet<number>
  readonly counts: Readonly<Record<'opened' | 'resumed' | 'resyncs' | 'skipped' | 'heard' | 'acknowledged', number>>
  close(): void
}

const PACE = 10

/** @param url is asked at each dial */
export function createWitness(url: () => string, streams: readonly string[]): Witness {
  const ready = deferred()
  const faults: string[] = []
  const unknown = new Set<number>()
  const counts = { opened: 0, resumed: 0, resyncs: 0, skipped: 0, heard: 0, acknowledged: 0 }
  const tops = new Map(streams.map((stream) => [stream, 0]))
  /** Streams of which a loss was announced, and no message has come since. */
  const excused = new Set<string>()
  let told = deferred()

  const client = createWebSocket<number, number>(url, {
    codec: json<number, number>(),
    WebSocket: WebSocket as never,
    connectTimeout: 4000,
    reconnect: { delay: () => 20 + Math.random() * 60 },
    session: session({ streams }),
  })
  client.on('open', () => {
    counts.opened++
    ready.resolve()
  })
  client.on('stop', ({ code, reason }) => {
    faults.push(`stopped by ${code} ${reason}`)
    told.resolve()
    client.dispose() // what waits would wait for ever
  })
  client.on('resumed', () => counts.resumed++)
  client.on('resync', ({ stream }) => {
    counts.resyncs++
    excused.add(stream)
  })
  client.on('stream', ({ stream, message }) => {
    const top = tops.get(stream)!
    const missed = message - top - 1
    if (missed < 0) faults.push(`${stream}: ${message} after ${top}`)
    if (missed > 0 && !excused.has(stream)) faults.push(`${stream}: ${message} after ${top}, and nobody said so`)
    if (missed > 0) counts.skipped += missed
    counts.heard++
    excused.delete(stream)
    tops.set(stream, message)
    told.resolve()
    told = deferred()
  })

  let number = 0
  let answered = 0
  const answers: Promise<void>[] = []
  let timer: ReturnType<typeof setInterval> | undefined
  const deliver = (mine: number): void => {
    const answer = async (): Promise<void> => {
      try {
        await client.deliver(mine)
        counts.acknowledged++
      } catch (error) {
        if (error instanceof UnknownOutcomeError) unknown.add(mine)
        else faults.push(`${mine} was not delivered: ${error as Error}`)
      }
      if (++answered !== mine) faults.push(`the answer to ${mine} is the ${answered}th`)
    }
    answers.push(answer())
  }
  return {
    ready: ready.promise,
    go() {
      const start = performance.now()
      timer = setInterval(() => {
        for (const due = (performance.now() - start) / PACE; number < due;) deliver(++number)
      }, PACE)
    },
    async stop() {
      clearInterval(timer)
      await Promise.all(answers)
      return number
    },
    async heard(stream, last) {
      while (tops.get(stream)! < last && faults.length === 0) await told.promise
    },
    faults,
    unknown,
    counts,
    close() {
      clearInterval(timer)
      client.dispose()
    },
  }
}

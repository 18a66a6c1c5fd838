/** Watches a world from outside and knows the promises. What breaks one is a violation, named by the promise. */

import type { Position } from '../../src/store/store.ts'
import type { FrameWatcher } from './simNetwork.ts'
import type { Payload } from './simulation.ts'

export interface ResyncSeen {
  stream: string
  reason: string
  from: Position | undefined
  to: Position | undefined
}

type Seen = { kind: 'message'; off: number; n: number } | ({ kind: 'resync' } & ResyncSeen)

export interface Referee {
  readonly violations: readonly string[]
  readonly frames: FrameWatcher
  violation(what: string): void
  delivering(n: number, key: string | undefined, at: number, asks: boolean): void
  settled(n: number, how: string, at: number): void
  /** @param life of the node that did it */
  applied(message: Payload, id: string | undefined, key: string | undefined, life: object): void
  /** The store has it in writing. */
  recorded(id: string): void
  publishing(stream: string, n: number, at: number): void
  published(stream: string, n: number, at: Position): void
  opened(at: number): void
  status(status: string): void
  heard(stream: string, off: number, message: Payload): void
  resync(info: ResyncSeen): void
  unconfirmed(count: number): void
  crashed(lives: readonly object[], storeToo: boolean): void
  /** The session may have ended by right: its time was over, or it was closed. */
  expired(): void
  /** What lies between loses or doubles single frames. */
  tampers(): void
  serverError(error: unknown): void
  /** What a wiretapper knows. */
  seen(): { sid: string | undefined; key: string | undefined; last: number }
  top(stream: string): Position | undefined
  closed(): void
  /** When all is quiet again. */
  judge(): void
}

export const createReferee = (): Referee => {
  const violations: string[] = []
  const say = (what: string): void => void violations.push(what)
  const deliveries = new Map<number, { key: string | undefined; at: number; asks: boolean; how: string | undefined }>()
  const effects: {
    n: number
    sid: string | undefined
    id: string | undefined
    key: string | undefined
    life: object
  }[] = []
  const recorded = new Set<string | undefined>()
  /** Applied by a node that ended before it could write it down: not promised to happen once. */
  const excused = new Set<number>()
  /** By stream and number: where it was published. */
  const log = new Map<string, { n: number; at: number; place: Position | undefined }[]>()
  /** Of two nodes the one that published first may hear so last. */
  const tops = new Map<string, Position>()
  const trail = new Map<string, Seen[]>()
  const welcomed = new Set<number>()
  const asked = new Map<number, Record<string, [string, number] | undefined>>()
  const settledUpTo = new Map<number, number>()
  let newest = -1
  let arriving = -1
  let firstOpen: number | undefined
  let status = ''
  /** Losses of all that servers know, and of sessions alone. */
  let wiped = 0
  let ended = 0
  let unknown = 0
  let closed = false
  let tampered = false
  let sid: string | undefined
  let key: string | undefined
  let acked = 0
  let lastSent = 0

  const of = (stream: string): Seen[] => trail.get(stream) ?? trail.set(stream, []).get(stream)!
  const entries = (stream: string) => log.get(stream) ?? log.set(stream, []).get(stream)!

  const frames: FrameWatcher = {
    arrives: (link) => {
      arriving = link
    },
    up: (text, link) => {
      const frame = JSON.parse(text)
      newest = Math.max(newest, link)
      if (frame.t === 'hello') {
        asked.set(link, frame.pos)
        return
      }
      if (frame.t === 'sub') asked.set(link, { ...asked.get(link), [frame.stream]: frame.pos })
      if (!welcomed.has(link)) say(`S3: ${frame.t} was sent before the welcome`)
      if (frame.t !== 'send') return
      if (frame.seq <= (settledUpTo.get(link) ?? 0))
        say(`D3: ${frame.seq} was sent again, though the welcome had settled it`)
      lastSent = frame.seq
      if (frame.seq - acked > 64) say(`D5: ${frame.seq - acked} messages in flight`)
    },
    down: (text, link) => {
      const frame = JSON.parse(text)
      if (frame.t === 'welcome') {
        welcomed.add(link)
        if (frame.resumed) settledUpTo.set(link, frame.cseq)
        for (const [stream, [epoch, , state]] of Object.entries(frame.streams) as [string, string[]][]) {
          const pos = asked.get(link)?.[stream]
          expect(link, stream, frame.streams[stream])
          if (pos && pos[0] !== epoch && state === 'resumed') say(`R3: ${stream} was resumed into another epoch`)
        }
        if (link === newest || newest === -1) {
          sid = frame.sid
          key = frame.key
          acked = frame.cseq
        }
      }
      if (frame.t === 'sub') expect(link, frame.s, frame.at)
      if (frame.t === 'reset') expect(link, frame.s, [frame.epoch, frame.off])
      if (frame.t === 'msg') hearMessage(link, frame.s, frame.off)
      if (frame.t === 'ack') acked = Math.max(acked, frame.seq)
    },
  }

  /** What a server may say next of a stream on a link: it leaves nothing out, whatever the client would make of it. */
  const expected = new Map<string, number>()
  const expect = (link: number, stream: string, [, top, state]: readonly unknown[]): void => {
    const pos = asked.get(link)?.[stream]
    expected.set(`${link} ${stream}`, (state === 'resumed' && pos ? pos[1] : (top as number)) + 1)
  }
  const hearMessage = (link: number, stream: string, off: number): void => {
    const next = expected.get(`${link} ${stream}`)
    if (next === undefined) say(`R5: a message of ${stream} before it was said where the stream is`)
    else if (off !== next && !tampered) say(`R1, R2: the server sent ${off} of ${stream}, where ${next} was due`)
    expected.set(`${link} ${stream}`, off + 1)
  }

  const judgeStream = (stream: string, seen: readonly Seen[]): void => {
    const places = new Map(entries(stream).map(({ n, place }) => [n, place]))
    let position: Position | undefined
    const heard = new Set<number>()
    for (const event of seen) {
      if (event.kind === 'resync') {
        if (position && event.from && (event.from.epoch !== position.epoch || event.from.offset !== position.offset)) {
          say(`resync of ${stream} from ${event.from.offset}, though the last message was ${position.offset}`)
        }
        position = event.to
        continue
      }
      const place = places.get(event.n)
      if (!places.has(event.n)) say(`a payload that was never published in ${stream}: ${event.n}`)
      if (heard.has(event.n)) say(`duplicate in ${stream}: ${event.n}`)
      heard.add(event.n)
      if (!place) {
        // Published by a node that died before it could say where.
        if (position && event.off !== position.offset + 1)
          say(`gap or reorder in ${stream}: ${event.off} after ${position.offset}`)
        position = position && { epoch: position.epoch, offset: event.off }
        continue
      }
      if (place.offset !== event.off) say(`${stream} ${event.n} came as ${event.off}, was published as ${place.offset}`)
      if (position && position.epoch !== place.epoch) say(`another epoch of ${stream} without a resync`)
      else if (position && place.offset !== position.offset + 1)
        say(`gap or reorder in ${stream}: ${place.offset} after ${position.offset}`)
      position = place
    }
    // All that was published after the first open and after the last resync is there.
    const last = tops.get(stream)
    // More than is known of may have been published by a node that died before it could say where.
    if (last && position && (position.epoch !== last.epoch || position.offset < last.offset)) {
      say(
        `${stream} did not converge: at ${position.epoch} ${position.offset}, published up to ${last.epoch} ${last.offset}`,
      )
    }
    if (last && !position) say(`nothing of ${stream} was heard`)
    if (!seen.some(({ kind }) => kind === 'resync')) {
      for (const { n, at, place } of entries(stream)) {
        if (place && firstOpen !== undefined && at > firstOpen && !heard.has(n)) say(`silent loss in ${stream}: ${n}`)
      }
    }
  }

  return {
    violations,
    frames,
    violation: say,
    delivering: (n, key, at, asks) => void deliveries.set(n, { key, at, asks, how: undefined }),
    settled: (n, how, at) => {
      const delivery = deliveries.get(n)!
      if (delivery.how) say(`${n} was settled twice`)
      delivery.how = how
      if (how === 'applied') {
        if (!effects.some((effect) => effect.n === n)) say(`${n} was acknowledged, not applied`)
      } else if (delivery.key && !closed && at - delivery.at < 250_000) {
        say(`D4: ${n} has a key and was given up all the same`)
      } else if (how !== 'UnknownOutcomeError' && how !== 'NotSentError') say(`${n} was rejected with ${how}`)
    },
    recorded: (id) => void recorded.add(id),
    applied: ({ n, evil }, id, key, life) => {
      const session = id?.slice(0, id.lastIndexOf(':'))
      if (evil === 'hasty') return say('D1: a seq was applied though one before it is missing')
      if (evil) {
        if (session === sid) say('S1: a stranger spoke in the session')
        return
      }
      const before = effects.filter((effect) => effect.sid === session)
      if (excused.has(n)) excused.delete(n)
      else if (before.some((effect) => effect.n === n)) say(`${n} was applied twice in one session`)
      else if (effects.some((effect) => effect.n === n) && (!key || !wiped))
        say(`${n} was applied again in another session`)
      // What is keyed may follow later, after the session before was lost.
      else if (before.some((effect) => effect.n > n)) say(`${n} was applied after ${before.at(-1)!.n}`)
      effects.push({ n, sid: session, id, key, life })
    },
    publishing: (stream, n, at) => void entries(stream).push({ n, at, place: undefined }),
    published: (stream, n, place) => {
      entries(stream).find((entry) => entry.n === n)!.place = place
      const top = tops.get(stream)
      if (top?.epoch !== place.epoch || top.offset < place.offset) tops.set(stream, place)
    },
    opened: (at) => {
      firstOpen ??= at
      if (!welcomed.has(newest)) say('S3: open was announced before the welcome')
    },
    status: (now) => {
      status = now
    },
    heard: (stream, off, { n }) => {
      if (arriving !== newest) say(`S4: ${off} of ${stream} was heard from a link that had been given up`)
      of(stream).push({ kind: 'message', off, n })
    },
    resync: (info) => {
      of(info.stream).push({ kind: 'resync', ...info })
      if (!wiped && !['trimmed', 'limit', 'gap'].includes(info.reason))
        say(`resync because of ${info.reason}, though nothing was lost`)
    },
    unconfirmed: (count) => {
      unknown += count
    },
    crashed: (lives, storeToo) => {
      for (const { n, id, life } of effects) if (lives.includes(life) && !recorded.has(id)) excused.add(n)
      if (!storeToo) return
      wiped++
      tops.clear()
    },
    expired: () => {
      ended++
    },
    tampers: () => {
      tampered = true
    },
    closed: () => {
      closed = true
    },
    serverError: (error) => say(`the server reported ${error}`),
    seen: () => ({ sid, key, last: lastSent }),
    top: (stream) => tops.get(stream),
    judge: () => {
      if (status !== 'open') say(`did not come back: ${status}`)
      const pending = [...deliveries].filter(([, { how }]) => !how).map(([n]) => n)
      if (pending.length) say(`never settled: ${pending.slice(0, 5)}`)
      const rejected = [...deliveries].filter(([, { how }]) => how !== 'applied')
      if (rejected.length && !wiped && !ended)
        say(`${rejected.length} were given up, though no session was lost: ${JSON.stringify(rejected[0])}`)
      const unsure = rejected.filter(([, { how }]) => how === 'UnknownOutcomeError')
      // A request that was applied, though its answer is lost, is not unconfirmed. Who closes knows, and is told by the promises alone.
      const most = closed ? Infinity : unknown + unsure.filter(([, { asks }]) => asks).length
      if (unsure.length < unknown || unsure.length > most)
        say(`${unknown} were told to be unconfirmed, ${unsure.length} were rejected so`)
      for (const [stream] of log) judgeStream(stream, of(stream))
    },
  }
}

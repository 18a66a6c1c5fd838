/** Checks the frames between the client and the nodes. */

import type { Frame } from '../../support/scriptedSocket.ts'
import type { FrameWatcher } from '../simulation/simNetwork.ts'

/** What an attacker on the network has seen. */
export interface ObservedSession {
  sid: string | undefined
  key: string | undefined
  lastSeq: number
}

export interface WireInvariants {
  readonly watcher: FrameWatcher
  /** Whether the newest link has received its `welcome`. */
  isWelcomed(): boolean
  /** Whether the frame that arrives now belongs to the newest link. */
  isFromNewestLink(): boolean
  session(): ObservedSession
  /** Announces that the network loses or repeats single frames from now on. */
  allowTampering(): void
}

type Position = [epoch: string, off: number]

export const createWireInvariants = (violate: (text: string) => void): WireInvariants => {
  const welcomedLinks = new Set<number>()
  /** By link: the positions that the client asked for. */
  const requested = new Map<number, Record<string, Position | undefined>>()
  /** By link: the `cseq` of a resumed session. */
  const settledUpTo = new Map<number, number>()
  /** By link and stream: the offset that the server must send next. */
  const expectedOffsets = new Map<string, number>()
  let newestLink = -1
  let arrivingLink = -1
  let isTampered = false
  let sid: string | undefined
  let key: string | undefined
  let acked = 0
  let lastSeq = 0

  const expectNext = (link: number, stream: string, [, top, state]: readonly unknown[]): void => {
    const pos = requested.get(link)?.[stream]
    expectedOffsets.set(`${link} ${stream}`, (state === 'resumed' && pos ? pos[1] : (top as number)) + 1)
  }
  const checkMessage = (link: number, stream: string, off: number): void => {
    const next = expectedOffsets.get(`${link} ${stream}`)
    if (next === undefined) violate(`R5: a message of ${stream} came before the position of the stream`)
    else if (off !== next && !isTampered) violate(`R1, R2: the server sent ${off} of ${stream}, but ${next} was next`)
    expectedOffsets.set(`${link} ${stream}`, off + 1)
  }
  const checkWelcome = (link: number, frame: Frame): void => {
    welcomedLinks.add(link)
    if (frame['resumed']) settledUpTo.set(link, frame['cseq'])
    for (const [stream, [epoch, , state]] of Object.entries(frame['streams']) as [string, string[]][]) {
      const pos = requested.get(link)?.[stream]
      expectNext(link, stream, frame['streams'][stream])
      if (pos && pos[0] !== epoch && state === 'resumed') violate(`R3: ${stream} was resumed into another epoch`)
    }
    if (link !== newestLink && newestLink !== -1) return
    sid = frame['sid']
    key = frame['key']
    acked = frame['cseq']
  }
  return {
    watcher: {
      arrives: (link) => {
        arrivingLink = link
      },
      up: (text, link) => {
        const frame = JSON.parse(text)
        newestLink = Math.max(newestLink, link)
        if (frame.t === 'hello') {
          requested.set(link, frame.pos)
          return
        }
        if (frame.t === 'sub') requested.set(link, { ...requested.get(link), [frame.stream]: frame.pos })
        if (!welcomedLinks.has(link)) violate(`S3: ${frame.t} was sent before the welcome`)
        if (frame.t !== 'send') return
        if (frame.seq <= (settledUpTo.get(link) ?? 0))
          violate(`D3: ${frame.seq} was sent again, although the welcome had settled it`)
        lastSeq = frame.seq
        if (frame.seq - acked > 64) violate(`D5: ${frame.seq - acked} messages in flight`)
      },
      down: (text, link) => {
        const frame = JSON.parse(text)
        if (frame.t === 'welcome') checkWelcome(link, frame)
        if (frame.t === 'sub') expectNext(link, frame.s, frame.at)
        if (frame.t === 'reset') expectNext(link, frame.s, [frame.epoch, frame.off])
        if (frame.t === 'msg') checkMessage(link, frame.s, frame.off)
        if (frame.t === 'ack') acked = Math.max(acked, frame.seq)
      },
    },
    isWelcomed: () => welcomedLinks.has(newestLink),
    isFromNewestLink: () => arrivingLink === newestLink,
    session: () => ({ sid, key, lastSeq }),
    allowTampering: () => {
      isTampered = true
    },
  }
}

/** The streams of one client: joined all or nothing, first heard and then read, so that nothing falls between. */

import { type Member, type Voice, createMember, messageFrame } from './subscription.ts'
import { isName } from '../protocol/frames.ts'
import type { Rooms } from './streamRegistry.ts'
import type { Setting } from '../context/hubContext.ts'
import type { History, Position } from '../store/store.ts'
import { type StreamState, verdict } from '../protocol/resumeResult.ts'

/** Streams that are about to be joined. Until `go`, what comes is kept back. */
export interface Joining {
  readonly states: readonly (readonly [stream: string, state: StreamState])[]
  /** Replays, then lets what was kept back and what comes through. */
  go(): void
}

export interface Memberships {
  /** The newest positions of what was joined, for the `ping` frame. */
  tops(): Record<string, number>
  /** Rejects when the store fails; nothing is joined then. @param asked streams, with positions to go on from */
  join(asked: Iterable<readonly [stream: string, pos: Position | undefined]>): Promise<Joining>
  /** False when it was not joined. */
  leave(stream: string): boolean
  /** Leaves all, for good; tells which. */
  end(): readonly string[]
}

export interface MembershipsOptions {
  setting: Setting
  rooms: Rooms
  voice: Voice
  /** Whether the client may join. */
  allowed(stream: string): Promise<boolean>
  /** These it follows now. */
  changed(streams: readonly string[]): void
  joined(stream: string): void
}

interface Entry {
  member: Member
  pos: Position | undefined
  history: History
  state: StreamState
}

/** The position of a stream that one is not to know of. */
const DENIED: StreamState = ['-', 0, 'lost', 'denied']

const size = ({ state, history }: Entry): number =>
  state[2] === 'resumed' ? history.messages.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0) : 0
const count = ({ state, history }: Entry): number => (state[2] === 'resumed' ? history.messages.length : 0)

export const createMemberships = ({
  setting,
  rooms,
  voice,
  allowed,
  changed,
  joined,
}: MembershipsOptions): Memberships => {
  const { store, limits, stats } = setting
  const members = new Map<string, Member>()
  let ended = false

  const tell = (): void => changed([...members.keys()])
  const release = (member: Member): void => {
    if (members.get(member.stream) === member && members.delete(member.stream)) tell()
    rooms.detach(member)
  }
  const attach = async (stream: string): Promise<Member> => {
    const earlier = members.get(stream)
    if (earlier) release(earlier)
    const member = createMember(stream, voice, { messages: limits.replayMessages, bytes: limits.replayBytes })
    member.prepare()
    members.set(stream, member)
    tell()
    try {
      await rooms.attach(member) // R1
    } catch (error) {
      members.delete(stream)
      tell()
      throw error
    }
    if (ended) release(member)
    return member
  }
  /** What is left of the replay for one stream, the others having theirs. */
  const budget = (entries: readonly Entry[], entry: Entry): { messages: number; bytes: number } => {
    let messages = limits.replayMessages
    let bytes = limits.replayBytes
    for (const other of entries) {
      if (other === entry) continue
      messages -= count(other)
      bytes -= size(other)
    }
    return { messages, bytes }
  }
  const look = async (entries: readonly Entry[], entry: Entry): Promise<void> => {
    const { member, pos } = entry
    member.prepare()
    const limit = pos ? budget(entries, entry) : { messages: 0, bytes: 0 }
    entry.history = await store.read(member.stream, pos?.offset ?? 0, limit)
    entry.state = verdict(pos, entry.history)
    const spent = limit.messages < limits.replayMessages || limit.bytes < limits.replayBytes
    // Nothing came although there is something: trimmed, unless others have used the budget up.
    if (entry.state[3] === 'trimmed' && entry.history.messages.length === 0 && spent) {
      entry.state = [entry.state[0], entry.state[1], 'lost', 'limit']
    }
    rooms.get(member.stream)?.seen(entry.history.top)
  }
  const go = ({ member, pos, history, state }: Entry): void => {
    if (ended) return
    if (state[2] === 'lost') stats.losts++
    if (pos && state[2] === 'resumed') {
      for (const message of history.messages) voice.message(messageFrame(member.stream, message, true), message.data)
      stats.replayed += history.messages.length
    }
    member.live(history.top)
    joined(member.stream)
  }
  const prepare = async (
    asked: Iterable<readonly [string, Position | undefined]>,
    entries: Entry[],
  ): Promise<string[]> => {
    const denied: string[] = []
    let asking = 0
    for (const [stream, pos] of asked) {
      // Beyond the limit nobody is even asked whether it would be allowed.
      const room = (members.has(stream) || members.size < limits.streams) && ++asking <= limits.streams
      if (!room || !isName(stream) || !(await allowed(stream))) denied.push(stream)
      else {
        const member = await attach(stream)
        entries.push({ member, pos, history: { top: { epoch: '-', offset: 0 }, messages: [] }, state: DENIED })
      }
    }
    for (const entry of entries) await look(entries, entry)
    // What came meanwhile may not fit what was read. The deadline of `hello` ends what does not come to rest.
    for (
      let stale = entries.find(({ member }) => member.stale);
      stale && !ended;
      stale = entries.find(({ member }) => member.stale)
    ) {
      await look(entries, stale)
    }
    return denied
  }
  return {
    tops: () => {
      const tops: [string, number][] = []
      for (const stream of members.keys()) {
        const position = rooms.get(stream)?.position
        if (position) tops.push([stream, position.offset])
      }
      return Object.fromEntries(tops)
    },
    join: async (asked) => {
      const entries: Entry[] = []
      try {
        const denied = await prepare(asked, entries)
        return {
          states: [
            ...entries.map(({ member, state }) => [member.stream, state] as const),
            ...denied.map((stream) => [stream, DENIED] as const),
          ],
          go: () => {
            for (const entry of entries) go(entry)
          },
        }
      } catch (error) {
        for (const { member } of entries) release(member)
        throw error
      }
    },
    leave: (stream) => {
      const member = members.get(stream)
      if (member) release(member)
      return member !== undefined
    },
    end: () => {
      ended = true
      const streams = [...members.keys()]
      for (const member of [...members.values()]) release(member)
      return streams
    },
  }
}

/** The streams that clients of this node follow. */

import type { Member } from './subscription.ts'
import { type Room, createRoom } from './stream.ts'
import type { Setting } from '../context/hubContext.ts'

export interface Rooms {
  get(stream: string): Room | undefined
  /** Resolves with the room once the member hears everything that comes. Rejects, and forgets the member, when the store fails. */
  attach(member: Member): Promise<Room>
  detach(member: Member): void
  /** Compares all with the store. */
  compare(): void
}

export const createRooms = (setting: Setting): Rooms => {
  const rooms = new Map<string, Room>()
  const open = (stream: string): Room => {
    const room = createRoom(stream, setting, () => {
      if (rooms.get(stream) === room) rooms.delete(stream)
      setting.stats.streams = rooms.size
    })
    rooms.set(stream, room)
    setting.stats.streams = rooms.size
    return room
  }
  return {
    get: (stream) => rooms.get(stream),
    attach: async (member) => {
      const room = rooms.get(member.stream) ?? open(member.stream)
      try {
        await room.attach(member)
      } catch (error) {
        room.detach(member)
        // Others may be waiting in a room that will never hear anything: the next one is to try anew.
        if (rooms.get(member.stream) === room) rooms.delete(member.stream)
        throw error
      }
      return room
    },
    detach: (member) => rooms.get(member.stream)?.detach(member),
    compare: () => {
      for (const room of rooms.values()) room.compare()
    },
  }
}

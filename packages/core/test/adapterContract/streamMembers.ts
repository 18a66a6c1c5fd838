/** Adapter contract: `useStream` returns the presence members of its stream, and renders only for what a component reads. */

import { expect, test } from 'vitest'
import type { Harness } from './harness.ts'
import { mountSessionStage } from './mountSessionStage.ts'
import { members, streamMessages } from './streams.ts'

export const testStreamMembers = (harness: Harness): void => {
  test('members start with the full list, then members who join or leave are applied', async () => {
    const { mount, createSessionClient, welcome, sendFrames, dropAndReconnect } = mountSessionStage(harness)
    const changes: unknown[] = []
    const options = { onPresence: (change: unknown) => changes.push(change) }
    const component = await mount({ source: createSessionClient(), stream: 'room', options })
    await welcome()
    await sendFrames({ t: 'pres', s: 'room', in: [{ id: 'early' }] })
    expect(members(component)).toEqual([])
    await sendFrames(
      { t: 'pres', s: 'room', all: [{ id: 'ann' }, { id: 'bob' }] },
      { t: 'pres', s: 'other', all: [{ id: 'eve' }] },
    )
    expect(members(component)).toEqual(['ann', 'bob'])
    await sendFrames({ t: 'pres', s: 'room', in: [{ id: 'cid' }, { id: 'bob', info: 'away' }], out: [{ id: 'ann' }] })
    expect(component.stream.members).toEqual([{ id: 'bob', info: 'away' }, { id: 'cid' }])
    expect(changes).toHaveLength(3)
    await dropAndReconnect()
    expect(members(component)).toEqual(['bob', 'cid'])
    await sendFrames({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    expect(members(component)).toEqual(['ann'])
  })

  test('a component that mounts later shows the current members, also of a stream that the user joined', async () => {
    const { mount, createSessionClient, welcome, sendFrames } = mountSessionStage(harness)
    const shared = createSessionClient({ streams: ['lobby'] })
    await mount({ source: shared })
    const first = await mount({ source: shared, stream: 'room' })
    const lobby = await mount({ source: shared, stream: 'lobby' })
    await welcome()
    await sendFrames({ t: 'pres', s: 'room', all: [{ id: 'ann' }] }, { t: 'pres', s: 'lobby', all: [{ id: 'bob' }] })
    const second = await mount({ source: shared, stream: 'room' })
    await lobby.unmount()
    await sendFrames({ t: 'pres', s: 'lobby', in: [{ id: 'cid' }] })
    const lobbyAgain = await mount({ source: shared, stream: 'lobby' })
    expect([members(second), members(lobbyAgain)]).toEqual([['ann'], ['bob', 'cid']])
    await first.unmount()
    await second.unmount()
    const last = await mount({ source: shared, stream: 'room' })
    expect(members(last)).toEqual([])
  })

  test('a component renders only for the fields of the stream that it reads', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame } = mountSessionStage(harness)
    const shared = createSessionClient()
    const counter = await mount({ source: shared, stream: 'room', streamReads: ['members'] })
    const lister = await mount({ source: shared, stream: 'room', streamReads: ['messages'] })
    await welcome()
    const before = [counter.renders, lister.renders]
    await sendFrames(messageFrame('room', 1))
    expect([counter.renders, lister.renders]).toEqual([before[0], before[1]! + 1])
    await sendFrames({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    expect([counter.renders, lister.renders]).toEqual([before[0]! + 1, before[1]! + 1])
    expect([members(counter), streamMessages(lister)]).toEqual([['ann'], ['room 1']])
  })
}

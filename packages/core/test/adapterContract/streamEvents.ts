/** Adapter contract: the callbacks of `useStream`, and what a resync changes. */

import { expect, test, vi } from 'vitest'
import type { Resync } from '../../src/index.ts'
import type { Harness, MountedComponent, Options } from './harness.ts'
import { mountSessionStage } from './mountSessionStage.ts'
import { members, streamMessages } from './streams.ts'

export const testStreamEvents = (harness: Harness): void => {
  test('onResync comes before later messages and has the wait; the list stays until clear()', async () => {
    const { mount, act, createSessionClient, welcome, sendFrames, messageFrame, dropAndReconnect } =
      mountSessionStage(harness)
    const handled: unknown[] = []
    const onResync = vi.fn<(resync: Resync) => void>(() => void handled.push('resync'))
    const options = { onResync, onMessage: (message: unknown) => void handled.push(message) }
    const component = await mount({ source: createSessionClient({ streams: ['other'] }), stream: 'room', options })
    await welcome()
    await sendFrames(messageFrame('room', 1))
    await dropAndReconnect({ streams: { room: ['e', 900, 'lost', 'trimmed'], other: ['f', 0, 'lost', 'epoch'] } })
    await sendFrames(messageFrame('room', 901))
    const broken = {
      stream: 'room',
      reason: 'trimmed',
      from: { epoch: 'e', offset: 1 },
      to: { epoch: 'e', offset: 900 },
      wait: 500,
    }
    expect(onResync).toHaveBeenCalledExactlyOnceWith(broken)
    expect(handled).toEqual(['room 1', 'resync', 'room 901'])
    expect(component.stream.resync).toEqual(broken)
    expect(streamMessages(component)).toEqual(['room 1', 'room 901'])
    const { clear } = component.stream
    await act(() => clear())
    expect([streamMessages(component), component.stream.resync]).toEqual([[], undefined])
    await sendFrames(messageFrame('room', 902))
    expect(streamMessages(component)).toEqual(['room 902'])
    expect(component.stream.clear).toBe(clear)
  })

  test('clear() within onResync empties the list, which then starts with the next message', async () => {
    const { mount, advance, act, createSessionClient, welcome, sendFrames, messageFrame, dropAndReconnect, clock } =
      mountSessionStage(harness)
    const fetched: number[] = []
    let mounted: MountedComponent | undefined
    const onResync = ({ wait }: { wait: number }): void => {
      mounted!.stream.clear()
      clock.setTimeout(() => fetched.push(clock.now()), wait)
    }
    const component = (mounted = await mount({ source: createSessionClient(), stream: 'room', options: { onResync } }))
    await welcome()
    await sendFrames(messageFrame('room', 1))
    await dropAndReconnect({ streams: { room: ['f', 3, 'lost', 'epoch'] } })
    const { length } = fetched
    await sendFrames(messageFrame('room', 4))
    await advance(5000)
    await act()
    expect([length, fetched.length]).toEqual([0, 1])
    expect([streamMessages(component), component.stream.resync]).toEqual([['room 4'], undefined])
  })

  test('a denied stream has resync.reason denied and no members', async () => {
    const { mount, createSessionClient, welcome, sendFrames, dropAndReconnect, subscriptionFrames } =
      mountSessionStage(harness)
    const shared = createSessionClient()
    const page = await mount({ source: shared })
    const component = await mount({ source: shared, stream: 'room' })
    await welcome()
    await sendFrames({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    await dropAndReconnect({ streams: { room: ['-', 0, 'lost', 'denied'] } })
    expect([component.stream.resync?.reason, members(component)]).toEqual(['denied', []])
    await component.unmount()
    expect(subscriptionFrames()).toEqual(['hello room'])
    await page.unmount()
  })

  test('the newest onMessage and select receive the offset of a message, and select filters and maps', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame, dropAndReconnect } =
      mountSessionStage(harness)
    const handled: string[] = []
    const callbacksOf = (label: string): Options =>
      ({
        onMessage: (message: unknown, { offset, replayed }: { offset: number; replayed: boolean }) =>
          handled.push(`${label} ${String(message)} ${offset} ${replayed}`),
        select: (message: unknown, { offset }: { offset: number }) =>
          offset % 2 ? `${label} selects ${String(message)}` : undefined,
      }) as unknown as Options
    const component = await mount({ source: createSessionClient(), stream: 'room', options: callbacksOf('first') })
    await welcome()
    await sendFrames(messageFrame('room', 1, 'a'), messageFrame('room', 2, 'b'))
    await component.change({ options: callbacksOf('second') })
    await dropAndReconnect({ streams: { room: ['e', 3, 'resumed'] } })
    await sendFrames(messageFrame('room', 3, 'c', { re: 1 }))
    expect(handled).toEqual(['first a 1 false', 'first b 2 false', 'second c 3 true'])
    expect(streamMessages(component)).toEqual(['first selects a', 'second selects c'])
    await component.unmount()
    await sendFrames(messageFrame('room', 4))
    expect(handled).toHaveLength(3)
  })

  test('useStream calls client callbacks, but onMessage only for messages of its stream', async () => {
    const { mount, sessionOptions, welcome, sendFrames, messageFrame } = mountSessionStage(harness)
    const handled: unknown[] = []
    const options = sessionOptions(
      { streams: ['other'] },
      { onOpen: () => handled.push('open'), onMessage: (message) => handled.push(message) },
    )
    await mount({ source: 'ws://a/', stream: 'room', options })
    await welcome()
    await sendFrames(messageFrame('other', 1), messageFrame('room', 1), { t: 'emit', d: 'to all' })
    expect(handled).toEqual(['open', 'room 1'])
  })

  test('an error thrown by onMessage is reported, and its message is shown', async () => {
    const { mount, sessionOptions, welcome, sendFrames, messageFrame } = mountSessionStage(harness)
    const onError = vi.fn()
    const onMessage = (): never => {
      throw new Error('callback failed')
    }
    const component = await mount({
      source: 'ws://a/',
      stream: 'room',
      options: sessionOptions({}, { onMessage, onError }),
    })
    await welcome()
    await sendFrames(messageFrame('room', 1))
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('callback failed'))
    expect(streamMessages(component)).toEqual(['room 1'])
  })
}

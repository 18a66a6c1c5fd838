/** Adapter contract: `useStream` follows a stream while a component shows it, and returns its messages and members. */

import { expect, test } from 'vitest'
import { mountSessionStage } from './mountSessionStage.ts'
import type { Harness, MountedComponent, Options } from './harness.ts'
import { consoleErrors, ignoreWindowErrors } from './mountStage.ts'

export const streamMessages = ({ stream }: MountedComponent): unknown[] => stream.messages.map(({ message }) => message)
export const members = ({ stream }: MountedComponent): string[] => stream.members.map(({ id }) => id)
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

export const testStreams = (harness: Harness): void => {
  test('useStream joins when mounted, shows the messages of the stream, and leaves when unmounted', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } =
      mountSessionStage(harness)
    const shared = createSessionClient({ streams: ['other'] })
    const page = await mount({ source: shared, reads: ['status'] })
    await welcome()
    const component = await mount({ source: shared, stream: 'room' })
    expect(subscriptionFrames()).toEqual(['hello other', 'sub room'])
    await sendFrames(
      { t: 'sub', s: 'room', at: ['e', 4, 'fresh'] },
      messageFrame('room', 5),
      messageFrame('other', 1),
      messageFrame('room', 6),
    )
    expect(streamMessages(component)).toEqual(['room 5', 'room 6'])
    expect(component.stream.messages.map(({ key }) => key)).toEqual([0, 1])
    expect(component.stream.client).toBe(shared)
    await component.unmount()
    expect(subscriptionFrames()).toEqual(['hello other', 'sub room', 'unsub room'])
    expect(page.result.status).toBe('open')
  })

  test('useStream opens its own connection for a URL and joins in its hello frame', async () => {
    const { mount, sessionOptions, welcome, sendFrames, messageFrame, subscriptionFrames, server } =
      mountSessionStage(harness)
    const component = await mount({ source: 'ws://a/', stream: 'room', options: sessionOptions() })
    await welcome()
    expect(subscriptionFrames()).toEqual(['hello room'])
    await sendFrames(messageFrame('room', 1))
    expect(streamMessages(component)).toEqual(['room 1'])
    await component.change({ source: 'ws://b/' })
    expect(streamMessages(component)).toEqual([])
    await welcome()
    await sendFrames(messageFrame('room', 1, 'of b'))
    expect(streamMessages(component)).toEqual(['of b'])
    expect(server.alive).toBe(1)
    await component.unmount()
    expect(server.alive).toBe(0)
  })

  test('useStream shows a burst in one or two renders, and missed messages in order after a reconnect', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame, dropAndReconnect, drawFrame } =
      mountSessionStage(harness)
    const component = await mount({
      source: createSessionClient({}, { pace: 'frame' }),
      stream: 'room',
      options: { limit: 500 } as Options,
    })
    await welcome()
    await drawFrame()
    const { renders } = component
    await sendFrames(...numbers(1, 301).map((off) => messageFrame('room', off)))
    await drawFrame()
    expect(streamMessages(component)).toEqual(numbers(1, 301).map((off) => `room ${off}`))
    expect(component.renders - renders).toBeLessThanOrEqual(2)
    await dropAndReconnect({ streams: { room: ['e', 303, 'resumed'] } })
    await sendFrames(
      messageFrame('room', 300),
      ...numbers(301, 304).map((off) => messageFrame('room', off, off, { re: 1 })),
      messageFrame('room', 304),
    )
    await drawFrame()
    expect(streamMessages(component).slice(299)).toEqual(['room 300', 301, 302, 303, 'room 304'])
    expect(component.stream.resync).toBeUndefined()
  })

  test('several components join a stream once, and the last one leaves it', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } =
      mountSessionStage(harness)
    const shared = createSessionClient()
    const page = await mount({ source: shared })
    await welcome()
    const three = await mount({ source: shared, stream: 'room' }, 3)
    await sendFrames({ t: 'sub', s: 'room', at: ['e', 0, 'fresh'] }, messageFrame('room', 1))
    const late = await mount({ source: shared, stream: 'room' })
    await sendFrames(messageFrame('room', 2))
    expect([streamMessages(three), streamMessages(late)]).toEqual([['room 1', 'room 2'], ['room 2']])
    await three.unmount()
    await sendFrames(messageFrame('room', 3))
    expect(streamMessages(late)).toEqual(['room 2', 'room 3'])
    expect(subscriptionFrames()).toEqual(['hello ', 'sub room'])
    await late.unmount()
    expect(subscriptionFrames()).toEqual(['hello ', 'sub room', 'unsub room'])
    await page.unmount()
  })

  test.each(['before mounting', 'while mounted', 'by the options'])(
    'a stream that the user joined %s is not left by a component',
    async (when) => {
      const { mount, act, createSessionClient, welcome, subscriptionFrames, sendFrames, messageFrame } =
        mountSessionStage(harness)
      const shared = createSessionClient({ streams: when === 'by the options' ? ['room'] : [] })
      await mount({ source: shared })
      if (when === 'before mounting') shared.join('room')
      await welcome()
      const one = await mount({ source: shared, stream: 'room' })
      if (when === 'while mounted') await act(() => shared.join('room'))
      await sendFrames({ t: 'sub', s: 'room', at: ['e', 0, 'fresh'] })
      await one.unmount()
      const second = await mount({ source: shared, stream: 'room' })
      await sendFrames(messageFrame('room', 1))
      expect(streamMessages(second)).toEqual(['room 1'])
      await second.unmount()
      expect(subscriptionFrames()).toEqual(when === 'while mounted' ? ['hello ', 'sub room'] : ['hello room'])
    },
  )

  test('a new stream name joins the new stream, leaves the old one and empties the list', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } =
      mountSessionStage(harness)
    const handled: unknown[] = []
    const options = { onMessage: (message: unknown) => handled.push(message) }
    const component = await mount({ source: createSessionClient(), stream: 'a', options })
    await welcome()
    await sendFrames(messageFrame('a', 1), { t: 'pres', s: 'a', all: [{ id: 'ann' }] })
    await component.change({ stream: 'b' })
    expect([streamMessages(component), members(component)]).toEqual([[], []])
    expect(subscriptionFrames().sort()).toEqual(['hello a', 'sub b', 'unsub a'])
    await sendFrames({ t: 'sub', s: 'b', at: ['e', 7, 'fresh'] }, messageFrame('a', 2), messageFrame('b', 8))
    expect(streamMessages(component)).toEqual(['b 8'])
    expect(handled).toEqual(['a 1', 'b 8'])
    await component.change({ stream: null })
    expect([streamMessages(component), subscriptionFrames().at(-1)]).toEqual([[], 'unsub b'])
    await component.change({ stream: 'a' })
    expect(subscriptionFrames().at(-1)).toBe('sub a')
  })

  test('useStream without a name shows no stream and joins none', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } =
      mountSessionStage(harness)
    const component = await mount({ source: createSessionClient({ streams: ['room'] }), stream: null })
    await welcome()
    await sendFrames(messageFrame('room', 1))
    expect([streamMessages(component), members(component), subscriptionFrames()]).toEqual([[], [], ['hello room']])
  })

  test.each(['an owned', 'a shared'])('useStream throws for %s client without a session', async (which) => {
    ignoreWindowErrors()
    const { mount, options, createSharedClient, server } = mountSessionStage(harness)
    const source = which === 'an owned' ? 'ws://a/' : createSharedClient()
    await expect(mount({ source, stream: 'room', options: options() })).rejects.toThrow(
      'session: expected a client with session()',
    )
    consoleErrors.length = 0 // printed by the framework
    expect(server.connections).toHaveLength(0)
  })

  test('20 rounds of mounting and unmounting two streams send one sub and one unsub per round', async () => {
    const { mount, createSessionClient, welcome, subscriptionFrames } = mountSessionStage(harness)
    const shared = createSessionClient()
    const page = await mount({ source: shared })
    await welcome()
    for (let round = 0; round < 20; round++) {
      const parts: MountedComponent[] = []
      for (const stream of ['a', 'b']) parts.push(await mount({ source: shared, stream }, 5))
      for (const component of parts) await component.unmount()
    }
    const frames = subscriptionFrames()
    for (const stream of ['a', 'b']) {
      expect(frames.filter((frame) => frame === `sub ${stream}`)).toHaveLength(20)
      expect(frames.filter((frame) => frame === `unsub ${stream}`)).toHaveLength(20)
    }
    await page.unmount()
  })

  test('a component that mounts before another unmounts keeps the stream joined', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } =
      mountSessionStage(harness)
    const shared = createSessionClient()
    const one = await mount({ source: shared, stream: 'room' })
    await welcome()
    await sendFrames(messageFrame('room', 1))
    const other = await mount({ source: shared, stream: 'room' })
    await one.unmount()
    await sendFrames(messageFrame('room', 2))
    expect([other.stream.messages.length, subscriptionFrames()]).toEqual([1, ['hello room']])
  })
}

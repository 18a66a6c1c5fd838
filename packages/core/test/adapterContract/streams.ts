/** The contract of the adapters: `useStream` follows a stream while somebody shows it, and tells what there is of it. */

import { expect, test, vi } from 'vitest'
import type { Resync } from '../../src/index.ts'
import { setHub } from './mountSessionStage.ts'
import { type Harness, type Mounted, type Options, type ShownStream, complaints } from './mountStage.ts'

const said = ({ stream }: Mounted): unknown[] => stream.messages.map(({ message }) => message)
const members = ({ stream }: Mounted): string[] => stream.members.map(({ id }) => id)
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

export const testStreams = (harness: Harness): void => {
  test('useStream joins while mounted, shows what is said there, and leaves when unmounted', async () => {
    const { mount, shareSession, welcome, tell, msg, heard } = setHub(harness)
    const shared = shareSession({ streams: ['other'] })
    const page = await mount({ source: shared, reads: ['status'] })
    await welcome()
    const part = await mount({ source: shared, stream: 'room' })
    expect(heard()).toEqual(['hello other', 'sub room'])
    await tell({ t: 'sub', s: 'room', at: ['e', 4, 'fresh'] }, msg('room', 5), msg('other', 1), msg('room', 6))
    expect(said(part)).toEqual(['room 5', 'room 6'])
    expect(part.stream.messages.map(({ key }) => key)).toEqual([0, 1])
    expect(part.stream.client).toBe(shared)
    await part.unmount()
    expect(heard()).toEqual(['hello other', 'sub room', 'unsub room'])
    expect(page.now.status).toBe('open')
  })

  test('useStream makes a connection of its own for an address, and joins with the first frame', async () => {
    const { mount, speaking, welcome, tell, msg, heard, server } = setHub(harness)
    const part = await mount({ source: 'ws://a/', stream: 'room', options: speaking() })
    await welcome()
    expect(heard()).toEqual(['hello room'])
    await tell(msg('room', 1))
    expect(said(part)).toEqual(['room 1'])
    await part.change({ source: 'ws://b/' })
    expect(said(part)).toEqual([])
    await welcome()
    await tell(msg('room', 1, 'of b'))
    expect(said(part)).toEqual(['of b'])
    expect(server.alive).toBe(1)
    await part.unmount()
    expect(server.alive).toBe(0)
  })

  test('useStream shows all messages of a burst in one or two renders, and what was missed after a reconnect, in order', async () => {
    const { mount, shareSession, welcome, tell, msg, back, frame } = setHub(harness)
    const part = await mount({
      source: shareSession({}, { pace: 'frame' }),
      stream: 'room',
      options: { limit: 500 } as Options,
    })
    await welcome()
    await frame()
    const { renders } = part
    await tell(...numbers(1, 301).map((off) => msg('room', off)))
    await frame()
    expect(said(part)).toEqual(numbers(1, 301).map((off) => `room ${off}`))
    expect(part.renders - renders).toBeLessThanOrEqual(2)
    await back({ streams: { room: ['e', 303, 'resumed'] } })
    await tell(msg('room', 300), ...numbers(301, 304).map((off) => msg('room', off, off, { re: 1 })), msg('room', 304))
    await frame()
    expect(said(part).slice(299)).toEqual(['room 300', 301, 302, 303, 'room 304'])
    expect(part.stream.resync).toBeUndefined()
  })

  test('several components follow one stream: joined once, and left with the last', async () => {
    const { mount, shareSession, welcome, tell, msg, heard } = setHub(harness)
    const shared = shareSession()
    const page = await mount({ source: shared })
    await welcome()
    const three = await mount({ source: shared, stream: 'room' }, 3)
    await tell({ t: 'sub', s: 'room', at: ['e', 0, 'fresh'] }, msg('room', 1))
    const late = await mount({ source: shared, stream: 'room' })
    await tell(msg('room', 2))
    expect([said(three), said(late)]).toEqual([['room 1', 'room 2'], ['room 2']])
    await three.unmount()
    await tell(msg('room', 3))
    expect(said(late)).toEqual(['room 2', 'room 3'])
    expect(heard()).toEqual(['hello ', 'sub room'])
    await late.unmount()
    expect(heard()).toEqual(['hello ', 'sub room', 'unsub room'])
    await page.unmount()
  })

  test.each(['before', 'meanwhile', 'by the options'])(
    'a stream that was joined %s is not left by a component',
    async (when) => {
      const { mount, act, shareSession, welcome, heard, tell, msg } = setHub(harness)
      const shared = shareSession({ streams: when === 'by the options' ? ['room'] : [] })
      await mount({ source: shared })
      if (when === 'before') shared.join('room')
      await welcome()
      const one = await mount({ source: shared, stream: 'room' })
      if (when === 'meanwhile') await act(() => shared.join('room'))
      await tell({ t: 'sub', s: 'room', at: ['e', 0, 'fresh'] })
      await one.unmount()
      const again = await mount({ source: shared, stream: 'room' })
      await tell(msg('room', 1))
      expect(said(again)).toEqual(['room 1'])
      await again.unmount()
      expect(heard()).toEqual(when === 'meanwhile' ? ['hello ', 'sub room'] : ['hello room'])
    },
  )

  test('another stream is joined, and the one before is left behind with all that it said', async () => {
    const { mount, shareSession, welcome, tell, msg, heard } = setHub(harness)
    const heardOf: unknown[] = []
    const options = { onMessage: (message: unknown) => heardOf.push(message) }
    const part = await mount({ source: shareSession(), stream: 'a', options })
    await welcome()
    await tell(msg('a', 1), { t: 'pres', s: 'a', all: [{ id: 'ann' }] })
    await part.change({ stream: 'b' })
    expect([said(part), members(part)]).toEqual([[], []])
    expect(heard().sort()).toEqual(['hello a', 'sub b', 'unsub a'])
    await tell({ t: 'sub', s: 'b', at: ['e', 7, 'fresh'] }, msg('a', 2), msg('b', 8))
    expect(said(part)).toEqual(['b 8'])
    expect(heardOf).toEqual(['a 1', 'b 8'])
    await part.change({ stream: null })
    expect([said(part), heard().at(-1)]).toEqual([[], 'unsub b'])
    await part.change({ stream: 'a' })
    expect(heard().at(-1)).toBe('sub a')
  })

  test('without a name nothing is followed', async () => {
    const { mount, shareSession, welcome, tell, msg, heard } = setHub(harness)
    const part = await mount({ source: shareSession({ streams: ['room'] }), stream: null })
    await welcome()
    await tell(msg('room', 1))
    expect([said(part), members(part), heard()]).toEqual([[], [], ['hello room']])
  })

  test('members are who is in the stream: the whole, then who came and who went', async () => {
    const { mount, shareSession, welcome, tell, back } = setHub(harness)
    const changes: unknown[] = []
    const options = { onPresence: (change: unknown) => changes.push(change) }
    const part = await mount({ source: shareSession(), stream: 'room', options })
    await welcome()
    await tell({ t: 'pres', s: 'room', in: [{ id: 'early' }] })
    expect(members(part)).toEqual([])
    await tell(
      { t: 'pres', s: 'room', all: [{ id: 'ann' }, { id: 'bob' }] },
      { t: 'pres', s: 'other', all: [{ id: 'eve' }] },
    )
    expect(members(part)).toEqual(['ann', 'bob'])
    await tell({ t: 'pres', s: 'room', in: [{ id: 'cid' }, { id: 'bob', info: 'away' }], out: [{ id: 'ann' }] })
    expect(part.stream.members).toEqual([{ id: 'bob', info: 'away' }, { id: 'cid' }])
    expect(changes).toHaveLength(3)
    await back()
    expect(members(part)).toEqual(['bob', 'cid'])
    await tell({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    expect(members(part)).toEqual(['ann'])
  })

  test('a component that comes later knows who is there, also where others than components have joined', async () => {
    const { mount, shareSession, welcome, tell } = setHub(harness)
    const shared = shareSession({ streams: ['lobby'] })
    await mount({ source: shared })
    const first = await mount({ source: shared, stream: 'room' })
    const lobby = await mount({ source: shared, stream: 'lobby' })
    await welcome()
    await tell({ t: 'pres', s: 'room', all: [{ id: 'ann' }] }, { t: 'pres', s: 'lobby', all: [{ id: 'bob' }] })
    const second = await mount({ source: shared, stream: 'room' })
    await lobby.unmount()
    await tell({ t: 'pres', s: 'lobby', in: [{ id: 'cid' }] })
    const back = await mount({ source: shared, stream: 'lobby' })
    expect([members(second), members(back)]).toEqual([['ann'], ['bob', 'cid']])
    await first.unmount()
    await second.unmount()
    const anew = await mount({ source: shared, stream: 'room' })
    expect(members(anew)).toEqual([])
  })

  test('a component renders for what it reads of the stream, and for nothing else', async () => {
    const { mount, shareSession, welcome, tell, msg } = setHub(harness)
    const shared = shareSession()
    const counter = await mount({ source: shared, stream: 'room', streamReads: ['members'] })
    const lister = await mount({ source: shared, stream: 'room', streamReads: ['messages'] })
    await welcome()
    const before = [counter.renders, lister.renders]
    await tell(msg('room', 1))
    expect([counter.renders, lister.renders]).toEqual([before[0], before[1]! + 1])
    await tell({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    expect([counter.renders, lister.renders]).toEqual([before[0]! + 1, before[1]! + 1])
    expect([members(counter), said(lister)]).toEqual([['ann'], ['room 1']])
  })

  test('a resync is told with the time to wait, before what follows; the list stays until it is cleared', async () => {
    const { mount, act, shareSession, welcome, tell, msg, back } = setHub(harness)
    const heard: unknown[] = []
    const onResync = vi.fn<(resync: Resync) => void>(() => void heard.push('resync'))
    const options = { onResync, onMessage: (message: unknown) => void heard.push(message) }
    const part = await mount({ source: shareSession({ streams: ['other'] }), stream: 'room', options })
    await welcome()
    await tell(msg('room', 1))
    await back({ streams: { room: ['e', 900, 'lost', 'trimmed'], other: ['f', 0, 'lost', 'epoch'] } })
    await tell(msg('room', 901))
    const broken = {
      stream: 'room',
      reason: 'trimmed',
      from: { epoch: 'e', offset: 1 },
      to: { epoch: 'e', offset: 900 },
      wait: 500,
    }
    expect(onResync).toHaveBeenCalledExactlyOnceWith(broken)
    expect(heard).toEqual(['room 1', 'resync', 'room 901'])
    expect(part.stream.resync).toEqual(broken)
    expect(said(part)).toEqual(['room 1', 'room 901'])
    const { clear } = part.stream
    await act(() => clear())
    expect([said(part), part.stream.resync]).toEqual([[], undefined])
    await tell(msg('room', 902))
    expect(said(part)).toEqual(['room 902'])
    expect(part.stream.clear).toBe(clear)
  })

  test('a state that is fetched at a resync begins the list anew', async () => {
    const { mount, pass, act, shareSession, welcome, tell, msg, back, clock } = setHub(harness)
    const fetched: number[] = []
    let mounted: Mounted | undefined
    const onResync = ({ wait }: { wait: number }): void => {
      mounted!.stream.clear()
      clock.setTimeout(() => fetched.push(clock.now()), wait)
    }
    const part = (mounted = await mount({ source: shareSession(), stream: 'room', options: { onResync } }))
    await welcome()
    await tell(msg('room', 1))
    await back({ streams: { room: ['f', 3, 'lost', 'epoch'] } })
    const { length } = fetched
    await tell(msg('room', 4))
    await pass(5000)
    await act()
    expect([length, fetched.length]).toEqual([0, 1])
    expect([said(part), part.stream.resync]).toEqual([['room 4'], undefined])
  })

  test('a stream that is denied says so, and nobody is in it', async () => {
    const { mount, shareSession, welcome, tell, back, heard } = setHub(harness)
    const shared = shareSession()
    const page = await mount({ source: shared })
    const part = await mount({ source: shared, stream: 'room' })
    await welcome()
    await tell({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    await back({ streams: { room: ['-', 0, 'lost', 'denied'] } })
    expect([part.stream.resync?.reason, members(part)]).toEqual(['denied', []])
    await part.unmount()
    expect(heard()).toEqual(['hello room'])
    await page.unmount()
  })

  test('onMessage is told where a message is from, the newest of them; select is told too, filters and maps', async () => {
    const { mount, shareSession, welcome, tell, msg, back } = setHub(harness)
    const heard: string[] = []
    const hear = (who: string): Options =>
      ({
        onMessage: (message: unknown, { offset, replayed }: { offset: number; replayed: boolean }) =>
          heard.push(`${who} ${String(message)} ${offset} ${replayed}`),
        select: (message: unknown, { offset }: { offset: number }) =>
          offset % 2 ? `${who} selects ${String(message)}` : undefined,
      }) as unknown as Options
    const part = await mount({ source: shareSession(), stream: 'room', options: hear('first') })
    await welcome()
    await tell(msg('room', 1, 'a'), msg('room', 2, 'b'))
    await part.change({ options: hear('second') })
    await back({ streams: { room: ['e', 3, 'resumed'] } })
    await tell(msg('room', 3, 'c', { re: 1 }))
    expect(heard).toEqual(['first a 1 false', 'first b 2 false', 'second c 3 true'])
    expect(said(part)).toEqual(['first selects a', 'second selects c'])
    await part.unmount()
    await tell(msg('room', 4))
    expect(heard).toHaveLength(3)
  })

  test('callbacks of the client that are given beside are called too, and the client’s messages are not', async () => {
    const { mount, speaking, welcome, tell, msg } = setHub(harness)
    const heard: unknown[] = []
    const options = speaking(
      { streams: ['other'] },
      { onOpen: () => heard.push('open'), onMessage: (message) => heard.push(message) },
    )
    await mount({ source: 'ws://a/', stream: 'room', options })
    await welcome()
    await tell(msg('other', 1), msg('room', 1), { t: 'emit', d: 'to all' })
    expect(heard).toEqual(['open', 'room 1'])
  })

  test('a callback that throws is reported, and its message is shown', async () => {
    const { mount, speaking, welcome, tell, msg } = setHub(harness)
    const onError = vi.fn()
    const onMessage = (): never => {
      throw new Error('a bug of theirs')
    }
    const part = await mount({ source: 'ws://a/', stream: 'room', options: speaking({}, { onMessage, onError }) })
    await welcome()
    await tell(msg('room', 1))
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('a bug of theirs'))
    expect(said(part)).toEqual(['room 1'])
  })

  test.each(['its own', 'a shared'])('useStream refuses %s client that has no session', async (which) => {
    const hush = (event: Event): void => event.preventDefault()
    window.addEventListener('error', hush)
    const { mount, options, share, server } = setHub(harness)
    const source = which === 'its own' ? 'ws://a/' : share()
    await expect(mount({ source, stream: 'room', options: options() })).rejects.toThrow(
      'session: expected a client with session()',
    )
    window.removeEventListener('error', hush)
    complaints.length = 0 // the framework's own
    expect(server.connections).toHaveLength(0)
  })

  test('100 mounts and unmounts of several streams leave nothing joined', async () => {
    const { mount, shareSession, welcome, heard } = setHub(harness)
    const shared = shareSession()
    const page = await mount({ source: shared })
    await welcome()
    for (let round = 0; round < 20; round++) {
      const parts: Mounted[] = []
      for (const stream of ['a', 'b']) parts.push(await mount({ source: shared, stream }, 5))
      for (const part of parts) await part.unmount()
    }
    const frames = heard()
    for (const stream of ['a', 'b']) {
      expect(frames.filter((frame) => frame === `sub ${stream}`)).toHaveLength(20)
      expect(frames.filter((frame) => frame === `unsub ${stream}`)).toHaveLength(20)
    }
    await page.unmount()
  })

  test('a component that takes the place of another keeps the stream', async () => {
    const { mount, shareSession, welcome, tell, msg, heard } = setHub(harness)
    const shared = shareSession()
    const one = await mount({ source: shared, stream: 'room' })
    await welcome()
    await tell(msg('room', 1))
    const other = await mount({ source: shared, stream: 'room' })
    await one.unmount()
    await tell(msg('room', 2))
    const shown: ShownStream = other.stream
    expect([shown.messages.length, heard()]).toEqual([1, ['hello room']])
  })
}

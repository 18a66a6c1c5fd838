/** The numbers of a hub over the life of connections, and their text for Prometheus. */

import { spawnSync } from 'node:child_process'
import { setImmediate as turn } from 'node:timers/promises'
import { createFakeClock } from '@holdfast/core/testing'
import { describe, expect, test } from 'vitest'
import { findPromtool } from '../../../scripts/serverTools.mjs'
import { createHistogramSet } from '../src/metrics/histogram.ts'
import { measureStore } from '../src/metrics/measuredStore.ts'
import { metricsText } from '../src/metrics/metrics.ts'
import { type Stats, createStats } from '../src/metrics/stats.ts'
import type { HubNode } from '../src/hubNode.ts'
import type { Store } from '../src/store/store.ts'
import { deferred } from './support/deferred.ts'
import { createTestNode, settle } from './support/testNode.ts'

const promtool = findPromtool()

const textOf = (node: HubNode): string => metricsText(node.stats(), node.latencies)

/** A node that has seen each kind of event that is counted. */
const usedNode = async () => {
  const rig = createTestNode({ presence: true })
  const { node } = rig
  node.on('message', (message) => node.publish('news', message))
  node.on('request', () => {
    throw new Error('a failure')
  })
  const { socket } = await rig.openSession({ sub: ['news'] })
  const plain = rig.connect(undefined, '')
  socket.clientSends({ t: 'send', seq: 1, d: 'hello' })
  socket.clientSends({ t: 'send', seq: 2, d: 'hello', rq: 1 })
  plain.clientSends('"plain"')
  await settle()
  return { ...rig, socket, plain }
}

describe('stats', () => {
  test('gauges follow the connections and return to 0', async () => {
    const rig = createTestNode()
    const gauges = (): Partial<Stats> => {
      const { connections, sessions, streams, backlog, backlogBytes, bufferedBytes } = rig.node.stats()
      return { connections, sessions, streams, backlog, backlogBytes, bufferedBytes }
    }
    const empty = { connections: 0, sessions: 0, streams: 0, backlog: 0, backlogBytes: 0, bufferedBytes: 0 }
    expect(gauges()).toEqual(empty)

    const finishes: (() => void)[] = []
    rig.node.on('message', () => new Promise<void>((resolve) => finishes.push(resolve)))
    const { socket } = await rig.openSession({ sub: ['news'] })
    const plain = rig.connect(undefined, '')
    expect(gauges()).toEqual({ ...empty, connections: 2, sessions: 1, streams: 1 })

    const frames = [1, 2].map((seq) => JSON.stringify({ t: 'send', seq, d: 'x' }))
    for (const frame of frames) socket.clientSends(frame)
    plain.clientSends('"x"')
    await settle()
    const overhead = 32 // of each text in the inbox
    const backlogBytes = frames.join('').length + '"x"'.length + 3 * overhead
    expect(gauges()).toEqual({ ...empty, connections: 2, sessions: 1, streams: 1, backlog: 3, backlogBytes })

    socket.stuck = true
    await rig.node.broadcast('y')
    expect(gauges().bufferedBytes).toBe(socket.bufferedAmount)
    expect(socket.bufferedAmount).toBeGreaterThan(0)

    plain.end()
    socket.end()
    for (let calls = 0; calls < 3; calls++) {
      finishes[calls]?.()
      await settle()
    }
    expect(gauges()).toEqual(empty)
  })

  test.each([
    ['cut before hello', 1006],
    ['cut after welcome', 1006],
    ['closed by the client', 1000],
    ['closed by the hub', 4100],
    ['taken over by a newer link', 4509],
  ])('gauges return to 0 for a connection that is %s', async (how, code) => {
    const rig = createTestNode()
    rig.node.on('message', (_, { connection }) => connection.close(4100, 'done'))
    const socket = rig.connect()
    if (how !== 'cut before hello') socket.clientSends({ t: 'hello', v: 1, sub: ['news'] })
    await settle()
    if (how === 'closed by the hub') socket.clientSends({ t: 'send', seq: 1, d: 1 })
    if (how === 'taken over by a newer link') {
      const [{ sid, key }] = socket.framesOf('welcome') as [{ sid: string; key: string }]
      const { socket: newer } = await rig.openSession({ sid, key })
      newer.end(1000)
    }
    await settle()
    socket.end(socket.closed?.code ?? code)
    await settle()
    expect(rig.node.stats()).toMatchObject({ connections: 0, sessions: 0, streams: 0, backlog: 0, backlogBytes: 0 })
    expect(rig.node.stats().closes[code]).toBe(1)
  })

  test('backlog of a session that a newer link takes over returns to 0', async () => {
    const rig = createTestNode()
    let finish = (): void => undefined
    rig.node.on('message', () => new Promise<void>((resolve) => (finish = resolve)))
    const { socket, welcome } = await rig.openSession()
    for (const seq of [1, 2, 3]) socket.clientSends({ t: 'send', seq, d: 1 })
    const next = rig.connect()
    next.clientSends({ t: 'hello', v: 1, sid: welcome['sid'], key: welcome['key'] })
    await settle()
    expect(rig.node.stats().backlog).toBe(1) // the waiting ones are discarded, and sent again on the new link
    finish()
    await settle()
    expect(rig.node.stats()).toMatchObject({ backlog: 0, backlogBytes: 0 })
  })

  test('closes counts the code that the hub has sent, and codes that clients choose as other', async () => {
    const { connect, node } = createTestNode()
    for (let code = 3000; code < 3100; code++) connect(undefined, '').end(code)
    const plain = connect(undefined, '')
    plain.clientSends('not JSON')
    plain.end(1006) // the client does not answer the close frame
    connect(undefined, '').end(1001)
    expect(node.stats().closes).toEqual({ 1001: 1, 4500: 1, other: 100 })
  })

  test('bytes are those of the messages in UTF-8, in both directions', async () => {
    const { connect, node } = createTestNode()
    const [one, other] = [connect(undefined, ''), connect(undefined, '')]
    one.clientSends('"ä€"')
    await node.broadcast('ä€')
    const size = Buffer.byteLength('"ä€"')
    expect(one.texts).toEqual(other.texts)
    expect(node.stats()).toMatchObject({ receivedBytes: size, sentBytes: 2 * size })
    node.on('connection', (connection) => connection.send('ä€'))
    connect(undefined, '')
    expect(node.stats().sentBytes).toBe(3 * size)
  })

  test('the bytes of a bye are counted', async () => {
    const { openSession, node } = createTestNode()
    const { socket } = await openSession()
    const before = node.stats().sentBytes
    socket.clientSends('not JSON')
    const bye = socket.texts.at(-1)!
    expect(JSON.parse(bye)).toMatchObject({ t: 'bye', code: 4500 })
    expect(node.stats().sentBytes - before).toBe(Buffer.byteLength(bye))
  })

  test('bad frames of a connection that has closed already are not counted', async () => {
    const { openSession, node, errors } = createTestNode()
    const listening = deferred()
    node.on('message', async (_, { connection }) => {
      await listening.promise
      connection.close(4503, 'removed')
    })
    const { socket } = await openSession()
    socket.clientSends({ t: 'emit', d: 1 })
    // These wait for the listener, which closes the connection first.
    socket.clientSends({ t: 'send', seq: 9, d: 1 })
    socket.clientSends({ t: 'nonsense' })
    socket.clientSends({ t: 'send', d: 1 })
    listening.resolve()
    await settle()
    expect(socket.closed).toMatchObject({ code: 4503 })
    expect(node.stats()).toMatchObject({ badFrames: 0, slow: 0, floods: 0 })
    expect(errors).toEqual([])
  })

  test('published messages and clients that come during a drain are counted', async () => {
    const { connect, node } = createTestNode()
    await node.publish('news', 1)
    await node.drain({ window: 0 })
    connect()
    expect(node.stats()).toMatchObject({ published: 1, refused: 1, refusals: { draining: 1 } })
  })

  test('returns a copy', async () => {
    const { connect, node } = createTestNode()
    connect(undefined, '').end(1000)
    const before = node.stats()
    before.closes['1000'] = 99
    expect(node.stats().closes).toEqual({ 1000: 1 })
  })
})

describe('metrics', () => {
  test('each metric has a HELP and a TYPE before its samples, and each counter ends in _total', async () => {
    const { node } = await usedNode()
    const lines = textOf(node).trimEnd().split('\n')
    const seen = new Map<string, string>()
    for (const [index, line] of lines.entries()) {
      const [, kind = '', name = '', rest = ''] = /^# (\w+) (\S+) (.+)$/.exec(line) ?? []
      if (kind === 'HELP') {
        expect(seen.has(name)).toBe(false)
        expect(lines[index + 1]).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`))
      } else if (kind === 'TYPE') {
        seen.set(name, rest)
        expect(name.endsWith('_total')).toBe(rest === 'counter')
      } else {
        const [, family = ''] = /^(holdfast_\w+?)(?:_bucket|_sum|_count)?(?:\{.*\})? [\d.e-]+$/.exec(line) ?? []
        expect([line, [...seen.keys()].at(-1)]).toEqual([line, family])
      }
    }
    expect(seen.size).toBeGreaterThan(20)
  })

  test('counts listeners and calls of the store in histograms of seconds', async () => {
    const rig = createTestNode()
    rig.node.on('message', async () => {
      rig.clock.jump(30)
      await turn()
    })
    const { socket } = await rig.openSession()
    socket.clientSends({ t: 'send', seq: 1, d: 1 })
    await settle()
    const text = textOf(rig.node)
    for (const line of [
      'holdfast_listener_duration_seconds_bucket{event="message",le="0.025"} 0',
      'holdfast_listener_duration_seconds_bucket{event="message",le="0.05"} 1',
      'holdfast_listener_duration_seconds_bucket{event="message",le="+Inf"} 1',
      'holdfast_listener_duration_seconds_sum{event="message"} 0.03',
      'holdfast_listener_duration_seconds_count{event="message"} 1',
      'holdfast_store_duration_seconds_count{method="addSession"} 1',
      'holdfast_store_duration_seconds_count{method="recordApplied"} 1',
    ]) {
      expect(text).toContain(`\n${line}\n`)
    }
  })

  test('measures listeners and calls of the store that fail', async () => {
    const rig = createTestNode()
    rig.node.on('message', () => Promise.reject(new Error('a failure')))
    rig.connect(undefined, '').clientSends('1')
    await settle()
    expect(textOf(rig.node)).toContain('holdfast_listener_duration_seconds_count{event="message"} 1\n')
  })

  test('counts a duration in the bucket whose bound it equals, and adds to the earlier ones', () => {
    const listeners = createHistogramSet()
    for (const ms of [50, 50.1, 10_000, 10_001]) listeners.observe('message', ms)
    const text = metricsText(createStats(), { listeners, store: createHistogramSet() })
    const bucket = (bound: string): string | undefined => text.match(new RegExp(`le="${bound}"\\} (\\d+)`))?.[1]
    expect(['0.025', '0.05', '0.1', '10', '\\+Inf'].map(bucket)).toEqual(['0', '1', '2', '3', '4'])
    expect(text).toContain('holdfast_listener_duration_seconds_sum{event="message"} 20.1011\n')
  })

  test('has one sample for each reason of a drop, and 0 for a store that is not up', () => {
    const stats = { ...createStats(), slow: 1, floods: 2, badFrames: 3, dead: 4, store: { up: false } }
    const text = metricsText(stats, { listeners: createHistogramSet(), store: createHistogramSet() })
    const drops = [...text.matchAll(/^holdfast_dropped_connections_total\{reason="(\w+)"\} (\d)$/gm)]
    expect(drops.map(([, reason, count]) => `${reason} ${count}`)).toEqual(['slow 1', 'rate 2', 'frame 3', 'silent 4'])
    expect(text).toContain('\nholdfast_store_up 0\n')
  })

  test('measures how long calls of the store take, also those that fail, of a store that is an object of a class', async () => {
    const clock = createFakeClock()
    class SlowStore {
      private readonly _ms = 30
      async publish(): Promise<void> {
        clock.jump(this._ms)
        await turn()
        throw new Error('a failure')
      }
    }
    const latencies = createHistogramSet()
    const store = measureStore(new SlowStore() as unknown as Store, clock, latencies)
    await expect(store.publish('a', '1')).rejects.toThrow('a failure')
    expect(latencies.histograms.get('publish')?.sum).toBe(30)
  })

  test('escapes the values of labels', () => {
    const stats = { ...createStats(), closes: { 'a"b\\c\nd': 1 } }
    const text = metricsText(stats, { listeners: createHistogramSet(), store: createHistogramSet() })
    expect(text).toContain(String.raw`holdfast_closed_connections_total{code="a\"b\\c\nd"} 1`)
  })

  test.skipIf(!promtool)('promtool check metrics finds nothing to report', async () => {
    const { node, socket } = await usedNode()
    socket.end(1000)
    await settle()
    const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'metrics'], {
      input: textOf(node),
      encoding: 'utf8',
    })
    expect([status, stdout, stderr]).toEqual([0, '', ''])
  })
})

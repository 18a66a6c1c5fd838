import { beforeEach, describe, expect, it } from 'vitest'
import type { FaultMark } from '../faultPanel.ts'
import { describeWire } from './describeWire.ts'
import { type HeartbeatTimes, type WireRecorder, recordWire } from './recordWire.ts'
import { latencies, pingSpans, placeMarks, serverPingTicks, socketTicks, statusSpans } from './timeline.ts'

class FakeSocket extends EventTarget {
  protocol = ''
  send(): void {}
  close(): void {}
  open(protocol = ''): void {
    this.protocol = protocol
    this.dispatchEvent(new Event('open'))
  }
  receive(...frames: unknown[]): void {
    for (const data of frames) this.dispatchEvent(Object.assign(new Event('message'), { data }))
  }
  end(): void {
    this.dispatchEvent(new Event('close'))
  }
}

const SESSION = 'holdfast.v1.json'
const welcome = '{"t":"welcome","v":1,"sid":"a","hb":[5000,3000]}'

let time: number
let ownHeartbeat: HeartbeatTimes | undefined
let recorder: WireRecorder
let emit: (type: string, value: unknown) => void
let unfollow: () => void

const state = (): ReturnType<typeof describeWire> => describeWire(recorder.history, time)
const dial = () => new recorder.WebSocket('ws://localhost') as unknown as FakeSocket & WebSocket
const kinds = (): [string, number, number][] =>
  statusSpans(recorder.history, time).map(({ kind, from, to }) => [kind, from - 60_000 + time, to - 60_000 + time])

beforeEach(() => {
  time = 100_000
  ownHeartbeat = undefined
  recorder = recordWire(
    () => ownHeartbeat,
    () => time,
    FakeSocket as unknown as typeof WebSocket,
  )
  unfollow = recorder.follow({
    get: () => ({ status: 'connecting' }),
    onAny(listener) {
      emit = listener
      return () => {}
    },
  })
})

/** A session that is open since the present time. */
function openSession(): FakeSocket & WebSocket {
  const socket = dial()
  socket.open(SESSION)
  socket.receive(welcome)
  emit('status', 'open')
  return socket
}

describe('silence', () => {
  it('is counted from the last frame, with the next ping of the heartbeat in `welcome`', () => {
    const socket = openSession()
    time += 1000
    socket.receive('{"t":"emit"}')
    time += 400
    expect(state()).toMatchObject({ status: 'open', isLate: false, silence: 'last frame 0.4 s ago · ping in 4.6 s' })
    expect(state().shortSilence).toBe('last frame 0.4 s ago')
  })

  it('is shown with the pending ping and the time that is left, and is late after 1 s', () => {
    const socket = openSession()
    time += 5000
    socket.send('{"t":"ping","id":1}')
    time += 999
    expect(state()).toMatchObject({
      isLate: false,
      silence: 'silent for 6.0 s · pinged 1.0 s ago, no answer · gives up in 2.0 s',
      shortSilence: 'silent for 6.0 s · gives up in 2.0 s',
    })
    expect(kinds().some(([kind]) => kind === 'dead')).toBe(false)
    time += 301
    expect(state()).toMatchObject({
      isLate: true,
      silence: 'silent for 6.3 s · pinged 1.3 s ago, no answer · gives up in 1.7 s',
    })
    expect(kinds().at(-1)).toEqual(['dead', 105_000, 106_300])
    time += 5000
    expect(state().silence).toBe('silent for 11.3 s · pinged 6.3 s ago, no answer')
  })

  it('ends with any frame, not only with the answer', () => {
    const socket = openSession()
    time += 5000
    socket.send('{"t":"ping","id":1}')
    time += 2000
    socket.receive('{"t":"emit"}')
    expect(state()).toMatchObject({ isLate: false, silence: 'last frame 0.0 s ago · ping in 5.0 s' })
    // It was late, and stays visible as such.
    expect(kinds().at(-1)).toEqual(['dead', 105_000, 107_000])
    time += 60_000
    expect(pingSpans(recorder.history, time)).toEqual([{ from: 0, to: 60_000, kind: 'unanswered' }])
  })

  it('does not show a ping that is answered at once', () => {
    const socket = openSession()
    time += 5000
    socket.send('{"t":"ping","id":1}')
    time += 100
    expect(state().silence).toBe('last frame 5.1 s ago · ping in 4.9 s')
  })

  it('follows the heartbeat of the options on a plain connection, which also pings when nothing is sent', () => {
    ownHeartbeat = { interval: 2000, timeout: 500, afterSendSilence: true }
    const socket = dial()
    socket.open()
    emit('status', 'open')
    time += 1500
    socket.receive('text')
    expect(state().silence).toBe('last frame 0.0 s ago · ping in 0.5 s')
    time += 500
    socket.send('ping')
    time += 300
    // The frame before the ping does not shorten the silence that is allowed: 2000 ms from the frame, and 500.
    expect(state()).toMatchObject({
      isLate: true,
      silence: 'silent for 0.8 s · pinged 0.3 s ago, no answer · gives up in 1.7 s',
    })
  })

  it('names no ping without a heartbeat', () => {
    dial().open()
    emit('status', 'open')
    time += 700
    expect(state().silence).toBe('last frame 0.7 s ago')
  })

  it('is that of the dial or of the wait while there is no connection', () => {
    const socket = dial()
    time += 1200
    expect(state()).toMatchObject({ status: 'connecting', silence: 'connecting for 1.2 s' })
    socket.end()
    emit('status', 'reconnecting')
    emit('retry', { attempt: 1, delay: 3000 })
    time += 500
    expect(state()).toMatchObject({ status: 'reconnecting', silence: '', shortSilence: 'next attempt in 2.5 s' })
  })
})

describe('the time line', () => {
  it('shows dials and waits while reconnecting, and the ends of open connections', () => {
    const first = openSession()
    time += 1000
    first.end()
    emit('status', 'reconnecting')
    time += 2000
    const second = dial()
    time += 500
    second.end()
    time += 1000
    openSession()
    time += 100
    expect(kinds()).toEqual([
      ['open', 100_000, 101_000],
      ['waiting', 101_000, 104_500],
      ['connecting', 103_000, 103_500],
      ['open', 104_500, 104_600],
    ])
    expect(socketTicks(recorder.history, time).map(({ kind, at }) => [kind, at + time - 60_000])).toEqual([
      ['dial', 100_000],
      ['close', 101_000],
      ['dial', 103_000],
      ['dial', 104_500],
    ])
  })

  it('ends a dead connection when the client gives it up, and ignores what it emits later', () => {
    const socket = openSession()
    time += 5000
    socket.send('{"t":"ping","id":1}')
    time += 3000
    socket.close(4000)
    emit('status', 'reconnecting')
    time += 10_000
    const next = dial()
    next.open(SESSION)
    socket.receive('{"t":"pong","id":1}')
    socket.end()
    expect(recorder.history.pings).toEqual([{ at: 105_000, endedAt: 108_000 }])
    expect(recorder.history.sockets).toEqual([
      { dialledAt: 100_000, openedAt: 100_000, endedAt: 108_000 },
      { dialledAt: 118_000, openedAt: 118_000 },
    ])
  })

  it('shows a session as open from its `welcome` on', () => {
    const socket = dial()
    socket.open(SESSION)
    time += 2000
    socket.receive(welcome)
    expect(recorder.history.sockets).toEqual([{ dialledAt: 100_000, openedAt: 102_000 }])
  })

  it('matches answers with pings, in order', () => {
    const socket = openSession()
    for (const latency of [20, 50]) {
      socket.send('{"t":"ping","id":1}')
      time += latency
      socket.receive('{"t":"pong","id":1}')
      time += 1000
    }
    socket.receive('{"t":"ping"}')
    expect(latencies(recorder.history, time).map(({ ms }) => ms)).toEqual([20, 50])
    expect(pingSpans(recorder.history, time).map(({ kind }) => kind)).toEqual(['answered', 'answered'])
    expect(serverPingTicks(recorder.history, time)).toEqual([{ at: 60_000, kind: 'server-ping' }])
  })

  it('is closed when the last of two components stops following the client', () => {
    const other = recorder.follow({ get: () => ({ status: 'open' }), onAny: () => () => {} })
    time += 1000
    unfollow()
    expect(state().status).toBe('open')
    other()
    expect(state().status).toBe('closed')
  })

  it('stores nothing per message, and nothing that is older than the axis', () => {
    const socket = openSession()
    socket.receive(...Array.from({ length: 10_000 }, (_, index) => `{"t":"msg","off":${index}}`))
    expect(JSON.stringify(recorder.history).length).toBeLessThan(500)
    for (let count = 0; count < 200; count += 1) {
      time += 5000
      socket.send('ping')
      socket.receive('pong', 'ping')
      emit('status', count % 2 ? 'open' : 'reconnecting')
      dial()
    }
    const { pings, serverPings, sockets, statuses } = recorder.history
    for (const entries of [pings, serverPings, sockets, statuses]) expect(entries.length).toBeLessThan(15)
    expect(kinds()[0]?.[1]).toBe(time - 60_000)
  })
})

describe('the marks of faults', () => {
  const fault = (at: number, name: string, clients: FaultMark['clients'] = 'everyone'): FaultMark => ({
    at,
    name,
    clients,
  })
  const place = (...faults: FaultMark[]) => placeMarks(faults, 'vue', 100_000, 1_000_000, 1000)

  it('are placed in two rows without overlap, the newest first, and have no text where there is no room', () => {
    expect(
      place(
        fault(1_095_000, 'drop'),
        fault(1_096_000, 'freeze'),
        fault(1_097_000, 'unfreeze'),
        fault(1_099_000, 'close'),
      ),
    ).toEqual([
      { at: 59_000, text: 'close', row: 0 },
      { at: 57_000, text: 'unfreeze', row: 1 },
      { at: 56_000, text: 'freeze', row: undefined },
      { at: 55_000, text: 'drop', row: undefined },
    ])
    expect(place(fault(1_080_000, 'freeze'), fault(1_099_000, 'reset')).map(({ row }) => row)).toEqual([0, 0])
  })

  it('are those of this panel, within the axis', () => {
    const texts = place(
      fault(1_039_000, 'drop'),
      fault(1_050_000, 'close', 'react'),
      fault(1_060_000, 'slow', 'vue'),
      fault(1_090_000, 'freeze', 'page'),
    ).map(({ text }) => text)
    expect(texts).toEqual(['freeze', 'slow down'])
  })
})

import { describe, expect, it, vi } from 'vitest'
import { createEventLog } from './eventLog.ts'

const frame = (): Promise<number> => new Promise(requestAnimationFrame)

describe('the event log', () => {
  it('notifies its subscribers once per frame, however many entries are added', async () => {
    const log = createEventLog()
    const listener = vi.fn()
    log.lines.subscribe(listener)
    for (let index = 0; index < 10_000; index += 1)
      log.add({ type: 'message', text: `number ${index}`, group: 'message' })
    expect(listener).not.toHaveBeenCalled()
    await frame()
    expect(listener).toHaveBeenCalledOnce()
    expect(log.lines.get()).toMatchObject([{ type: 'message', text: 'number 9999', count: 10_000 }])
  })

  it('combines only consecutive entries of the same group', async () => {
    const log = createEventLog()
    for (const group of ['a', 'a', 'b', 'a', undefined, undefined])
      log.add({ type: 't', text: '', ...(group && { group }) })
    await frame()
    expect(log.lines.get().map(({ count }) => count)).toEqual([2, 1, 1, 1, 1])
  })

  it('replaces the line that changes and keeps the other line objects', async () => {
    const log = createEventLog()
    log.add({ type: 'open', text: '' })
    log.add({ type: 'latency', text: '1 ms', group: 'latency' })
    await frame()
    const [open, latency] = log.lines.get()
    log.add({ type: 'latency', text: '2 ms', group: 'latency' })
    await frame()
    const after = log.lines.get()
    expect(after[0]).toBe(open)
    expect(after[1]).not.toBe(latency)
    expect(after[1]?.key).toBe(latency?.key)
  })

  it('removes the oldest lines beyond its limit, and all lines when cleared', async () => {
    const log = createEventLog(3)
    for (const text of ['1', '2', '3', '4']) log.add({ type: 't', text })
    await frame()
    expect(log.lines.get().map(({ text }) => text)).toEqual(['2', '3', '4'])
    log.clear()
    await frame()
    expect(log.lines.get()).toEqual([])
  })
})

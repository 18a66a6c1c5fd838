import { describe, expect, it } from 'vitest'
import { type DrivenRun, type Pacer, createPacer } from '../src/arena/pacer.ts'
import { TICK } from '../src/arena/run.ts'

interface Report {
  /** In ms. */
  real: number
  virtual: number
}

interface World {
  real: number
  virtual: number
  readonly pacer: Pacer
  readonly reports: Report[]
}

interface Drive {
  /** In ms of virtual time. */
  length: number
  /** How many ms of real time an advance takes. Default: 1 */
  cost?: (real: number) => number
  /** Called while the pacer sleeps. */
  onSleep?: (world: World) => void
}

/** Drives a run of nothing. Real time passes only by its advances and by the pacer's sleep. Returns the two times at each report. */
async function drive({ length, cost = () => 1, onSleep = () => undefined }: Drive): Promise<Report[]> {
  const reports: Report[] = []
  const sleep = async (ms: number): Promise<void> => {
    // A timer of a page is late by some ms.
    world.real += ms + 3
    onSleep(world)
  }
  const platform = { now: () => world.real, sleep, breathe: async () => undefined }
  const pacer = createPacer(platform, () => reports.push({ real: world.real, virtual: world.virtual }))
  const world: World = { real: 0, virtual: 0, pacer, reports }
  const run: DrivenRun = {
    get now() {
      return world.virtual
    },
    get isDone() {
      return world.virtual >= length
    },
    advance: async () => {
      world.virtual += TICK
      world.real += cost(world.real)
    },
    takeBatch: () => ({ now: world.virtual, lanes: [], marks: [], samples: [] }),
    stop: () => undefined,
    inject: () => undefined,
  }
  pacer.setSpeed(1)
  await pacer.drive(run)
  return reports
}

const drifts = (reports: readonly Report[]): number[] => reports.map(({ real, virtual }) => Math.abs(real - virtual))

describe('the pacer', () => {
  it('keeps the virtual clock within 100 ms of the wall clock for 30 s at ×1', async () => {
    expect(Math.max(...drifts(await drive({ length: 30_000 })))).toBeLessThan(100)
  })

  it('catches up after short stalls', async () => {
    // Each third second one advance takes 200 ms, as for a garbage collection.
    const stalls = new Set<number>()
    const cost = (real: number): number => {
      const index = Math.floor(real / 3000)
      if (stalls.has(index)) return 1
      stalls.add(index)
      return 200
    }
    const reports = await drive({ length: 30_000, cost })
    expect(stalls.size).toBe(11)
    const settled = reports.filter(({ real }) => real % 3000 > 1000)
    expect(Math.max(...drifts(settled))).toBeLessThan(100)
  })

  it('does not make up for a time in which the run could not keep its speed', async () => {
    // For 5 s the run has half of its speed.
    const reports = await drive({ length: 8000, cost: (real) => (real < 5000 ? 2 * TICK : 1) })
    const later = reports.filter(({ real }) => real > 6000)
    const [first, last] = [later[0], later.at(-1)]
    expect(first?.virtual).toBeLessThan(4000)
    expect((last?.virtual ?? 0) - (first?.virtual ?? 0)).toBeLessThan((last?.real ?? 0) - (first?.real ?? 0) + 100)
  })

  it('has the speed that is set last, from the present time on', async () => {
    let slowFrom: Report | undefined
    const reports = await drive({
      length: 30_000,
      onSleep: ({ real, virtual, pacer }) => {
        if (real > 1000 && virtual < 20_000) pacer.setSpeed(20)
        else if (virtual >= 20_000 && !slowFrom) {
          slowFrom = { real, virtual }
          pacer.setSpeed(1)
        }
      },
    })
    const { real: since, virtual: from } = slowFrom ?? { real: Infinity, virtual: 0 }
    expect(since).toBeLessThan(4000)
    const slow = reports.filter(({ real }) => real > since)
    const moved = slow.map(({ real, virtual }) => ({ real: real - since, virtual: virtual - from }))
    expect(Math.max(...drifts(moved))).toBeLessThan(100)
  })

  it('does not advance while it is paused, and continues without a jump', async () => {
    let pausedAt = 0
    const reports = await drive({
      length: 4000,
      onSleep: (world) => {
        if (pausedAt > 0 || world.real < 1000) return
        pausedAt = world.virtual
        world.pacer.pause()
        // By then the pacer waits for this.
        setTimeout(() => {
          expect(world.virtual).toBe(pausedAt)
          world.real += 5000
          world.pacer.resume()
        })
      },
    })
    expect(pausedAt).toBeGreaterThan(900)
    const later = reports.filter(({ virtual }) => virtual > pausedAt)
    expect(Math.max(...drifts(later.map(({ real, virtual }) => ({ real: real - 5000, virtual }))))).toBeLessThan(100)
  })
})

/** Replaces the globals of the arena's page for time, random numbers and connections. Nothing of a lane may run before. */

import type { ArenaClock } from './clock.ts'
import type { Network } from './network.ts'
import type { PageEvents } from './pageEvents.ts'

/** Between two animation frames, in ms. */
const FRAME = 16

export interface GlobalsOptions {
  clock: ArenaClock
  network: Network
  page: PageEvents
}

/** Returns a function that restores the globals, which only a test needs. */
export const installGlobals = ({ clock, network, page }: GlobalsOptions): (() => void) => {
  /** The last first. */
  const restores: (() => void)[] = []
  const replace = (target: object | undefined, properties: PropertyDescriptorMap): void => {
    if (!target) return
    for (const [name, property] of Object.entries(properties)) {
      const previous = Object.getOwnPropertyDescriptor(target, name)
      Object.defineProperty(target, name, { ...property, configurable: true })
      restores.unshift(() => {
        if (previous) Object.defineProperty(target, name, previous)
        else Reflect.deleteProperty(target, name)
      })
    }
  }
  const values = (all: Record<string, unknown>): PropertyDescriptorMap =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value, writable: true, enumerable: true }]))

  replace(globalThis, values({ ...timersOf(clock), ...channelsOf(clock), WebSocket: network.WebSocket }))
  replace(globalThis, values({ Date: dateOf(clock) }))
  replace(Math, values({ random: clock.random }))
  replace(globalThis.performance, values({ now: clock.monotonic }))
  replace(globalThis.crypto, values(cryptoOf(clock)))
  replace(globalThis.navigator, { onLine: { get: () => page.isOnline } })
  replace(globalThis.document, {
    hidden: { get: () => page.isHidden },
    visibilityState: { get: () => (page.isHidden ? 'hidden' : 'visible') },
  })
  for (const target of [globalThis.window, globalThis.document]) if (target) restores.unshift(page.install(target))
  return () => {
    for (const restore of restores) restore()
  }
}

type Callback = (...args: unknown[]) => void

const timersOf = (clock: ArenaClock): Record<string, unknown> => {
  /** The current timer of each interval. */
  const intervals = new Map<number, number>()
  const clear = (handle: unknown): void => {
    if (typeof handle !== 'number') return
    clock.clearTimeout(intervals.get(handle) ?? handle)
    intervals.delete(handle)
  }
  const set = (callback: Callback, delay = 0, ...args: unknown[]): number =>
    clock.setTimeout(() => callback(...args), delay)
  return {
    setTimeout: set,
    setInterval: (callback: Callback, delay = 0, ...args: unknown[]) => {
      let due = clock.monotonic()
      let id = 0
      const schedule = (): number => {
        // Without drift. At least 1 ms, or the time would stand still.
        due = Math.max(due + Math.max(1, delay), clock.monotonic())
        return clock.setTimeout(fire, due - clock.monotonic())
      }
      const fire = (): void => {
        intervals.set(id, schedule())
        callback(...args)
      }
      id = schedule()
      intervals.set(id, id)
      return id
    },
    clearTimeout: clear,
    clearInterval: clear,
    requestAnimationFrame: (callback: (time: number) => void) =>
      set(() => callback(clock.monotonic()), FRAME - (clock.monotonic() % FRAME)),
    cancelAnimationFrame: clear,
  }
}

/** React's scheduler continues its work in a message of a channel. */
const channelsOf = (clock: ArenaClock): Record<string, unknown> => {
  class ArenaPort {
    onmessage: ((event: { data: unknown }) => void) | null = null
    other: ArenaPort | undefined
    postMessage(data: unknown): void {
      clock.setTimeout(() => this.other?.onmessage?.({ data }), 0)
    }
    start(): void {}
    close(): void {
      this.other = undefined
    }
  }
  return {
    MessageChannel: class {
      readonly port1 = new ArenaPort()
      readonly port2 = new ArenaPort()
      constructor() {
        this.port1.other = this.port2
        this.port2.other = this.port1
      }
    },
  }
}

const dateOf = (clock: ArenaClock): DateConstructor => {
  const PlatformDate = Date
  return class extends PlatformDate {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length === 0 ? [clock.now()] : args) as [number]))
    }
    static override now(): number {
      return clock.now()
    }
  } as DateConstructor
}

const cryptoOf = (clock: ArenaClock): Record<string, unknown> => {
  const getRandomValues = <View extends ArrayBufferView>(view: View): View => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
    for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(256 * clock.random())
    return view
  }
  const randomUUID = (): string => {
    const digits = Array.from(getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0'))
    const part = (start: number, end: number): string => digits.slice(start, end).join('')
    return [part(0, 4), part(4, 6), `4${part(6, 8).slice(1)}`, `8${part(8, 10).slice(1)}`, part(10, 16)].join('-')
  }
  return { getRandomValues, randomUUID }
}

/** Imports go down: each room of the core stands on a floor and uses only what is below it. Types may also come from next door. */

import { readFileSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'

/** From the ground up. */
const floors = [
  'engine/backoff base/clock transport/closeCodes messaging/codec base/errors base/guard messaging/iterate base/environment',
  'transport/dial messaging/heartbeat base/listeners engine/machine messaging/queue engine/reconnect state/refCount',
  'messaging/outbox state/pace client/session',
  'client/events state/snapshot',
  'state/teller',
  'transport/link',
  'engine/runner',
  'client/options',
  'client/connection',
  'client/client views/acquireStream views/messageList adapter/callbacks adapter/identity adapter/latest adapter/rendering',
  'views/streamView adapter/ownedClient adapter/trackedSnapshot',
  'index adapter/index',
].map((row) => row.split(' '))

const source = new URL('../src/', import.meta.url)
const rooms = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/^(session|testing)/.test(name))
  .map((name) => name.slice(0, -3))
const floorOf = (room: string): number => floors.findIndex((row) => row.includes(room))

interface Import {
  from: string
  onlyTypes: boolean
}

const importsOf = (path: string): Import[] =>
  [
    ...readFileSync(new URL(path, source), 'utf8').matchAll(
      /^(?:import|export)\s+(type\s)?([^'"]*?)from\s+['"]([^'"]+)['"]/gms,
    ),
  ].map(([, type, names, from]) => ({
    from: new URL(from!, new URL(path, source)).href.slice(source.href.length, -3),
    onlyTypes:
      !!type ||
      names!
        .replace(/[{}]/g, '')
        .split(',')
        .filter((name) => name.trim())
        .every((name) => name.trim().startsWith('type ')),
  }))

test('every room has its floor, and every floor its rooms', () => {
  expect([...floors.flat()].sort()).toEqual([...rooms].sort())
})

describe.each(rooms)('%s', (room) => {
  const imports = importsOf(`${room}.ts`)

  test('imports nothing but rooms of the core', () => {
    expect(imports.filter(({ from }) => !rooms.includes(from))).toEqual([])
  })

  test('imports from below, and types from next door', () => {
    const wrong = imports.filter(({ from, onlyTypes }) => {
      const floor = floorOf(from)
      return onlyTypes ? floor > floorOf(room) : floor >= floorOf(room)
    })
    expect(wrong).toEqual([])
  })
})

test('the machine imports nothing at all but types', () => {
  expect(importsOf('engine/machine.ts').filter(({ onlyTypes }) => !onlyTypes)).toEqual([])
})

test('what is for tests takes only types from the core, and the core nothing from it', () => {
  const files = readdirSync(new URL('testing/', source))
  const taken = files
    .flatMap((file) => importsOf(`testing/${file}`))
    .filter(({ from, onlyTypes }) => !onlyTypes && !from.startsWith('testing/'))
  expect(taken).toEqual([])
  expect(rooms.flatMap((room) => importsOf(`${room}.ts`)).filter(({ from }) => from.includes('testing'))).toEqual([])
})

/** A floor of its own beside the core: from the ground up, and what each may take at run time from the core below. */
const recovery = [
  'errors frames',
  'deliveries streamCursors standIn',
  'deliver sessionOptions streams',
  'session',
  'index',
].map((row) => row.split(' '))

describe('recovery', () => {
  const files = readdirSync(new URL('session/', source)).map((name) => name.slice(0, -3))

  test('every room has its floor, and every floor its rooms', () => {
    expect([...recovery.flat()].sort()).toEqual([...files].sort())
  })

  test.each(files)('%s takes from below, from the ground of the core, and types', (room) => {
    const level = recovery.findIndex((row) => row.includes(room))
    const wrong = importsOf(`session/${room}.ts`).filter(({ from, onlyTypes }) => {
      if (!from.startsWith('session/')) return !onlyTypes && floorOf(from) > 1
      return recovery.findIndex((row) => row.includes(from.slice('session/'.length))) >= level
    })
    expect(wrong).toEqual([])
  })

  test('the core takes nothing from it', () => {
    expect(rooms.flatMap((room) => importsOf(`${room}.ts`)).filter(({ from }) => from.startsWith('session/'))).toEqual(
      [],
    )
  })
})

describe('importing', () => {
  const touched: string[] = []
  const touch = (name: string) => (): never => {
    touched.push(name)
    throw new Error(`${name} at import`)
  }

  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    touched.length = 0
  })

  test.each(['../src/index.ts', '../src/testing/index.ts', '../src/session/index.ts', '../src/adapter/index.ts'])(
    '%s does nothing: no timer, listener, socket, promise or word',
    async (path) => {
      vi.resetModules()
      const globals = [
        'setTimeout',
        'setInterval',
        'setImmediate',
        'queueMicrotask',
        'requestAnimationFrame',
        'addEventListener',
        'WebSocket',
        'fetch',
        'BroadcastChannel',
      ]
      const spied = (name: string): unknown => vi.fn(touch(name))
      for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
        vi.spyOn(console, method).mockImplementation(touch(`console.${method}`))
      vi.spyOn(Math, 'random').mockImplementation(touch('Math.random'))
      vi.spyOn(Date, 'now').mockImplementation(touch('Date.now'))
      const loading = import(path)
      for (const name of globals) vi.stubGlobal(name, spied(name))
      await loading
      expect(touched).toEqual([])
    },
  )
})

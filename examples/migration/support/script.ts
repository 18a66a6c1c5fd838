/** One script of messages and faults, and a record of what the user sees and the server receives. */

import type { Mount, Page, Stage } from './page.ts'
import type { FaultyServer } from './faultyServer.ts'

/** What is visible after a step. */
export interface Scene {
  step: string
  status: string
  lines: string[]
  received: string[]
}

type Side = Page & { readonly server: FaultyServer }

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `message ${from + index}`)

/** Twenty messages, three sends, a restart of the server, a reset and an outage. */
const STEPS: Record<string, (side: Side, stage: Stage, note: (when: string) => void) => Promise<unknown>> = {
  'five messages': async ({ server }) => server.send(...numbers(1, 5)),
  'a click': async (side) => side.click(),
  'half a minute without messages': async (_, stage) => stage.pass(30_000),
  'a restart of the server': async ({ server }, stage, note) => {
    server.close(1012, 'restart')
    await stage.settle()
    note('closed')
    await stage.until(() => server.open === 1)
  },
  'five more messages': async ({ server }) => server.send(...numbers(6, 10)),
  'twelve seconds': async (_, stage) => stage.pass(12_000),
  'a reset': async ({ server }, stage, note) => {
    server.reset()
    await stage.settle()
    note('lost')
    await stage.until(() => server.open === 1)
  },
  'messages after the reset': async ({ server }) => server.send(...numbers(11, 15)),
  'another twelve seconds': async (_, stage) => stage.pass(12_000),
  'an outage with a click': async (side, stage, note) => {
    const { server } = side
    const dials = server.dialled.length
    server.mode = 'refuse'
    server.reset()
    await stage.settle()
    side.click()
    await stage.until(() => server.dialled.length > dials)
    note('refused')
    server.mode = 'accept'
    await stage.until(() => server.open === 1)
  },
  'the last messages': async ({ server }) => server.send(...numbers(16, 20)),
  'the last click': async (side) => side.click(),
}

/** Plays the script with a component and a server of its own. */
export const play = async (stage: Stage, mount: Mount): Promise<Scene[]> => {
  const scenes: Scene[] = []
  const side = await stage.open(mount)
  const note = (step: string): void => {
    scenes.push({ step, status: side.status, lines: side.lines, received: [...side.server.received] })
  }
  note('mounted')
  for (const [name, act] of Object.entries(STEPS)) {
    await act(side, stage, (when) => note(`${name}: ${when}`))
    await stage.pass(100)
    note(name)
  }
  side.unmount()
  await stage.settle()
  scenes.push({ step: `unmounted, open connections: ${side.server.open}`, status: '', lines: [], received: [] })
  return scenes
}

/** What both versions must show at the end. */
export const COMPLETE = { lines: numbers(1, 20), received: ['hello', 'hello', 'hello'] }

/** The scenes without what the server receives. */
export const visibleIn = (scenes: readonly Scene[]): Omit<Scene, 'received'>[] =>
  scenes.map(({ step, status, lines }) => ({ step, status, lines }))

/** Runs every short sequence of a few actions on whole clients over fakes, and proves that this notices bugs outside the machine. */

import { describe, expect, test, vi } from 'vitest'
import * as core from '../../src/index.ts'
import { partBugs } from '../support/explore/bugs/parts.ts'
import { mutate } from '../support/explore/mutate.ts'
import type { Core } from '../support/explore/sequences/createPeer.ts'
import { type SequenceResult, type Subject, exploreSequences } from '../support/explore/sequences/exploreSequences.ts'
import { createHeartbeat } from '../support/explore/sequences/heartbeat.ts'
import { createReturning } from '../support/explore/sequences/returning.ts'
import { createSending } from '../support/explore/sequences/sending.ts'

/** How to create a subject, and the longest sequence. */
type Scenario = readonly [name: string, create: (explored: Core) => Subject, longest: number]

/** The length of the longest sequence in any scenario. */
const LONGEST = 5
const UPLOAD = ['the buffer fills', '100 ms pass'] as const
/** A dial without delay, and then two failed ones, so that the third wait runs. */
const LONG_WAIT = ['the dial fails', 'wake', 'the dial fails', '1 s passes', 'the dial fails'] as const
const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  sending: [['messages to a slow socket', createSending, 5]],
  heartbeat: [
    ['a heartbeat after silence', (explored) => createHeartbeat(explored, 'silence'), 4],
    ['a heartbeat with a fixed interval', (explored) => createHeartbeat(explored, 'interval'), 3],
    ['a ping behind an upload', (explored) => createHeartbeat(explored, 'silence', UPLOAD), 3],
  ],
  returning: [
    ['a user who returns while dials hang', (explored) => createReturning(explored), 4],
    ['a user who returns during a long wait', (explored) => createReturning(explored, LONG_WAIT), 3],
  ],
}

/** Shorter sequences first, in all scenarios: a seeded bug that only the last of them notices is found without exhausting the others. */
const exploreAll = (by: string, explored: Core): SequenceResult => {
  let sequences = 0
  for (let length = 1; length <= LONGEST; length++) {
    for (const [name, create, longest] of scenarios[by]!) {
      if (length > longest) continue
      const result = exploreSequences(() => create(explored), length)
      sequences += result.sequences
      if (result.violation) {
        const sequence = [name, ...result.violation.sequence]
        return { sequences, violation: { ...result.violation, sequence } }
      }
    }
  }
  return { sequences }
}

vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})

test.each(Object.keys(scenarios))(
  'every sequence keeps the promises of: %s',
  (by) => {
    const { sequences, violation } = exploreAll(by, core)
    expect(violation).toBeUndefined()
    console.log(`${by}: ${sequences} sequences`)
    // Fewer would mean that actions are missing.
    expect(sequences).toBeGreaterThan(2500)
  },
  300_000,
)

describe('a seeded bug breaks a promise', () => {
  const bugs = partBugs.flatMap(({ by, file, bugs: seeded }) => seeded.map((bug) => [file, bug[0], by, bug] as const))
  const caught: string[] = []
  test.each(bugs)(
    'the sequences detect in %s: %s',
    async (file, name, by, bug) => {
      const { violation } = exploreAll(by, await mutate<Core>('index.ts', file, bug))
      expect(violation, 'no promise is broken').toBeDefined()
      caught.push(`${name}\n    ${violation!.text}: ${violation!.sequence.join(', ')}`)
    },
    300_000,
  )

  test('every seeded bug is caught', () => {
    console.log(`${caught.length} of ${bugs.length} seeded bugs caught:\n  ${caught.join('\n  ')}`)
    expect(caught.length).toBe(bugs.length)
    expect(bugs.length).toBeGreaterThanOrEqual(60)
  })
})

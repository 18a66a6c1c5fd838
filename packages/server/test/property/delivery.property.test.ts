/** Random lives of a real client and real nodes on scripted links, and the proof that each rule of the protocol is needed. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as parts from './parts.ts'
import { type Life, live, lives } from './schedule.ts'

const runs = Number(process.env['LIVES'] ?? 2000)
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

test(`keeps its promises in ${runs} random lives (seed ${seed})`, async () => {
  console.log(`${runs} lives, seed ${seed}; again with SEED=${seed} LIVES=${runs}`)
  await fc.assert(
    fc.asyncProperty(lives, async (life: Life) => {
      expect(await live(parts, life)).toEqual([])
    }),
    { numRuns: runs, seed },
  )
}, 3_600_000)

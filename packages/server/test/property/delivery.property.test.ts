/** Random lives of a real client and real nodes on scripted links, and the proof that each rule of the protocol is needed. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as parts from './modules.ts'
import { type Life, live, lives } from './scenario.ts'

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

/** To find out why a life failed: LIFE='{"seed":0,"steps":[["cut",0,0]]}', as fast-check prints it, tells it frame by frame. */
const { LIFE } = process.env
test.each(LIFE ? [LIFE] : [])('one life, told', async (life) => {
  expect(await live(parts, JSON.parse(life) as Life, (...said) => console.log(...said))).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { readAddress, writeAddress } from '../src/page/address.ts'
import { encodeText } from '../src/scenario/codec.ts'
import { LARGEST } from '../src/scenario/validate.ts'
import type { BuiltIn, Scenario } from '../src/scenario/schema.ts'
import { builtIn, scenario } from './fixtures.ts'
import { randomHashes } from './support/randomHashes.ts'

const builtIns: BuiltIn[] = [builtIn, { ...builtIn, id: 'other', scenario: { ...scenario, id: 'other' } }]
const read = (hash: string) => readAddress(hash, builtIns)

async function roundTrip(changed: Scenario, from: BuiltIn | null) {
  const hash = await writeAddress({ scenario: changed, builtIn: from, speed: null })
  return { hash, result: await read(hash) }
}

describe('the hash of the page', () => {
  it('names a built-in scenario, and the first one if it names none', async () => {
    expect(await read('')).toMatchObject({ address: { builtIn: { id: 'half-open' }, scenario, speed: null } })
    expect(await read('#id=other&speed=4')).toMatchObject({ address: { builtIn: { id: 'other' }, speed: 4 } })
    expect((await roundTrip(scenario, builtIn)).hash).toBe('#id=half-open')
  })

  it('keeps the seed and the lanes of a built-in scenario in its short form', async () => {
    const changed: Scenario = { ...scenario, seed: 12, lanes: ['bare', 'vueuse'] }
    const { hash, result } = await roundTrip(changed, builtIn)
    expect(hash).toBe('#id=half-open&seed=12&lanes=bare,vueuse')
    expect(result).toMatchObject({ address: { scenario: changed, builtIn } })
  })

  it('contains the whole scenario after a fault by hand', async () => {
    const { id: _id, ...rest } = scenario
    const changed: Scenario = { ...rest, steps: [...scenario.steps, [12_345, 'drop']] }
    const { hash, result } = await roundTrip(changed, builtIn)
    expect(hash).toMatch(/^#s=[\w-]+$/)
    expect(result).toEqual({ address: { scenario: changed, builtIn: null, speed: null } })
  })

  it('is refused with the name of the field that is not valid', async () => {
    const code = (value: unknown) => encodeText(JSON.stringify(value))
    for (const [hash, problem] of [
      ['#id=nothing', { kind: 'unknown' }],
      ['#id=__proto__', { kind: 'unknown' }],
      ['#s=%%%', { kind: 'damaged' }],
      ['#id=half-open&seed=x', { kind: 'invalid', message: /^seed: / }],
      ['#id=half-open&lanes=bare,<b>', { kind: 'invalid', message: /^lanes\[1\]: / }],
      ['#id=half-open&speed=1e9', { kind: 'invalid', message: /^speed: / }],
      [`#s=${await code({ ...scenario, v: 2 })}`, { kind: 'invalid', message: /^v: / }],
      [`#s=${await code({ ...scenario, steps: [[1, 'explode']] })}`, { kind: 'invalid', message: /^steps\[0\]/ }],
      [`#s=${await code('x'.repeat(LARGEST - 2))}`, { kind: 'invalid', message: /^scenario: / }],
      [`#s=${await code('x'.repeat(LARGEST))}`, { kind: 'damaged' }],
    ] as const) {
      const expected =
        problem.kind === 'invalid' ? { ...problem, message: expect.stringMatching(problem.message) } : problem
      expect(await read(hash)).toEqual({ problem: expected })
    }
  })

  it('is read without an exception and without an effect on prototypes, whatever it contains', async () => {
    for (const hash of await randomHashes(1000)) {
      const result = await read(hash)
      expect('address' in result || 'problem' in result).toBe(true)
      if ('address' in result) expect(result.address.scenario.v).toBe(1)
    }
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { readAddress, writeAddress } from '../src/page/address.ts'
import { encodeText } from '../src/scenario/codec.ts'
import { LARGEST } from '../src/scenario/validate.ts'
import type { BuiltIn, Scenario } from '../src/scenario/schema.ts'
import { createRandom } from './random.ts'
import { builtIn, scenario } from './fixtures.ts'

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
    const valid = await writeAddress({ scenario: { ...scenario, seed: 1, title: 'x' }, builtIn: null, speed: 4 })
    const random = createRandom(13)
    const pick = <T>(items: readonly T[]): T => items[random(items.length)]!
    const noise = (length: number): string =>
      Array.from({ length }, () => pick([...'#&=%_-<>"\'`{}[]/\\\u0000\ud800é半A1zv'])).join('')
    const polluted = [
      '{"__proto__":{"polluted":1},"v":1}',
      '{"v":1,"constructor":{"prototype":{"polluted":1}}}',
      `{"steps":[[0,"__proto__"],[1,"constructor",1]],${JSON.stringify(scenario).slice(1)}`,
      JSON.stringify({ ...scenario, publish: JSON.parse('{"__proto__":{"every":1},"size":1}') }),
    ]
    const makers: (() => string | Promise<string>)[] = [
      () => noise(random(60)),
      () => `#id=${noise(random(20))}&lanes=${noise(random(20))}&seed=${noise(3)}`,
      () => `#s=${noise(random(60))}`,
      () => valid.slice(0, random(valid.length)),
      () => valid.slice(0, 5) + pick([...valid]) + valid.slice(6 + random(valid.length)),
      async () => `#s=${await encodeText(pick(polluted))}`,
      async () => `#s=${await encodeText('['.repeat(random(40_000)))}`,
      () => `#s=${'A'.repeat(random(60_000))}`,
      () => `#${pick(['__proto__', 'constructor', 'toString', 'id', 's'])}=${pick(['__proto__', 'toString', '', '1'])}`,
    ]
    for (let index = 0; index < 1000; index++) {
      const hash = await pick(makers)()
      const result = await read(hash)
      expect('address' in result || 'problem' in result).toBe(true)
      if ('address' in result) expect(result.address.scenario.v).toBe(1)
    }
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

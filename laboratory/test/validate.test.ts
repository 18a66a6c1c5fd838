import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAULTS, type Parameter } from '../src/scenario/faults.ts'
import { BUILT_IN, findBuiltIn } from '../src/scenario/builtIn.ts'
import { LANE_IDS, type Scenario } from '../src/scenario/schema.ts'
import { LARGEST, ScenarioError, parseScenario, validateScenario } from '../src/scenario/validate.ts'
import { scenarioOf } from './support/runInNode.ts'

/** A valid scenario with values changed. */
const change = (changes: Record<string, unknown>): unknown => ({ ...scenarioOf(), ...changes })

const error = (value: unknown): string => {
  try {
    validateScenario(value)
    return ''
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ScenarioError)
    return (thrown as ScenarioError).message
  }
}

test('every built-in scenario is valid, and is found by its id', () => {
  for (const each of BUILT_IN) {
    expect(validateScenario(each.scenario)).toEqual(each.scenario)
    expect(parseScenario(JSON.stringify(each.scenario))).toEqual(each.scenario)
    expect(findBuiltIn(each.id)).toBe(each)
  }
  expect(findBuiltIn('__proto__')).toBe(undefined)
})

test.each<[string, unknown, string]>([
  ['no object', [], 'scenario: expected an object, got an array of 0'],
  ['a version', change({ v: 2 }), 'v: expected the version 1, got 2'],
  ['an unknown field', change({ extra: 1 }), 'scenario: expected only v, id,'],
  ['a seed', change({ seed: 1.5 }), 'seed: expected a whole number from 0 to 2147483647, got 1.5'],
  ['a length', change({ length: 600_001 }), 'length: expected a whole number from 1000 to 600000, got 600001'],
  ['NaN', change({ length: Number.NaN }), 'length: expected'],
  ['a number as text', change({ seed: '7' }), 'seed: expected a whole number from 0 to 2147483647, got "7"'],
  ['a nested field', change({ publish: { every: 1, size: 1 } }), 'publish.every: expected a whole number from 20'],
  ['a nested unknown field', change({ publish: { every: 20, size: 1, x: 1 } }), 'publish: expected only every, size'],
  ['a missing field', change({ heartbeat: { interval: 5000 } }), 'heartbeat.timeout: expected a whole number'],
  ['a lane', change({ lanes: ['constructor'] }), 'lanes[0]: expected one of holdfastSession, holdfastPlain'],
  ['a lane twice', change({ lanes: ['bare', 'bare'] }), 'lanes: expected at least one lane, none of them twice'],
  ['no lane', change({ lanes: [] }), 'lanes: expected at least one lane'],
  ['clients', change({ clients: 51 }), 'clients: expected a whole number from 1 to 50, got 51'],
  ['a fault', change({ steps: [[0, 'toString']] }), 'steps[0][1]: expected one of drop, close'],
  ['a fault time', change({ steps: [[30_001, 'drop']] }), 'steps[0][0]: expected a whole number from 0 to 30000'],
  [
    'an order',
    change({
      steps: [
        [5, 'drop'],
        [4, 'drop'],
      ],
    }),
    'steps[1][0]: expected a time not before 5, got 4',
  ],
  [
    'an argument',
    change({ steps: [[0, 'down', 5, 'x']] }),
    'steps[0] down.how: expected one of refuse, hang, unreachable, got "x"',
  ],
  [
    'a missing argument',
    change({ steps: [[0, 'restart', 5, true]] }),
    'steps[0] restart.forget: expected true or false, got undefined',
  ],
  ['too many arguments', change({ steps: [[0, 'drop', 5]] }), 'steps[0]: expected at most 0 arguments of drop'],
  [
    'a long text',
    change({ title: 'x'.repeat(101) }),
    `title: expected a text of at most 100 characters, got "${'x'.repeat(40)}…"`,
  ],
  [
    'many steps',
    change({ steps: Array.from({ length: 201 }, () => [0, 'drop']) }),
    'steps: expected an array of at most 200',
  ],
  ['a text as array', change({ steps: 'drop' }), 'steps: expected an array of at most 200, got "drop"'],
])('%s is refused by the name of its field', (_, value, message) => {
  expect(error(value)).toContain(message)
})

test('text that is no JSON, or too long, is refused before it is read', () => {
  expect(() => parseScenario('{')).toThrow('scenario: expected JSON, got "{"')
  const long = JSON.stringify(change({ title: 'é'.repeat(LARGEST / 2) }))
  expect(() => parseScenario(long)).toThrow(`scenario: expected at most ${LARGEST} bytes of JSON, got`)
})

test('a field named __proto__ is refused, and changes no prototype', () => {
  const polluting = JSON.parse(JSON.stringify(scenarioOf()).replace('"seed"', '"__proto__":{"polluted":1},"seed"'))
  expect(error(polluting)).toContain('scenario: expected only')
  expect(({} as Record<string, unknown>)['polluted']).toBe(undefined)
})

const argument = (parameter: Parameter): fc.Arbitrary<number | string | boolean> => {
  if (parameter.kind === 'number') return fc.integer({ min: parameter.min, max: parameter.max })
  if (parameter.kind === 'text') return fc.string({ maxLength: parameter.maxLength })
  return parameter.kind === 'flag' ? fc.boolean() : fc.constantFrom(...parameter.choices)
}
const fault = fc
  .constantFrom(...Object.entries(FAULTS))
  .chain(([name, parameters]) => fc.tuple(fc.constant(name), ...parameters.map(argument)))
const scenario = fc
  .record({
    seed: fc.nat(),
    length: fc.integer({ min: 1000, max: 600_000 }),
    lanes: fc.uniqueArray(fc.constantFrom(...LANE_IDS), { minLength: 1 }),
    clients: fc.integer({ min: 1, max: 50 }),
    faults: fc.array(fc.tuple(fc.nat(1000), fault), { maxLength: 20 }),
  })
  .map(({ faults, ...rest }) => {
    const steps = faults.map(([at, each]) => [at, ...each]).sort(([one], [other]) => Number(one) - Number(other))
    return { ...scenarioOf(), ...rest, steps } as Scenario
  })

test('every scenario with arguments within the limits of the table is valid', () => {
  fc.assert(
    fc.property(scenario, (valid) => {
      expect(validateScenario(valid)).toEqual(valid)
    }),
  )
})

/** Replaces one value somewhere in a scenario by any JSON. */
const mutate = (value: unknown, path: readonly number[], next: unknown): unknown => {
  const [index, ...rest] = path
  if (index === undefined || typeof value !== 'object' || value === null) return next
  const entries = Object.entries(value)
  if (entries.length === 0) return next
  const chosen = index % entries.length
  const changed = entries.map(([key, each], at) => [key, at === chosen ? mutate(each, rest, next) : each] as const)
  return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed)
}

test('any JSON in any place is accepted as it is, or refused by a short error with the name of a field', () => {
  const path = fc.array(fc.nat(20), { maxLength: 4 })
  fc.assert(
    fc.property(scenario, path, fc.jsonValue(), (valid, where, next) => {
      const mutated = mutate(valid, where, next)
      const message = error(mutated)
      if (message === '') expect(validateScenario(mutated)).toEqual(mutated)
      else expect(message).toMatch(/^[\w.[\] ]+: expected .{1,400}$/s)
    }),
    { numRuns: 1000 },
  )
  expect(Object.keys(Object.prototype)).toEqual([])
})

// What the page shows, as the hash of its URL. The hash may come from anyone: it is validated, and never becomes HTML.

import type { Speed } from '../arena/protocol.ts'
import { decodeText, encodeText } from '../scenario/codec.ts'
import type { BuiltIn, Scenario } from '../scenario/schema.ts'
import { ScenarioError, parseScenario, validateScenario } from '../scenario/validate.ts'

export const SPEEDS: readonly Speed[] = [1, 4, 20]

export interface Address {
  /** Of the built-in scenario, with the lanes and the seed of the hash, or that of a shared run. */
  scenario: Scenario
  builtIn: BuiltIn | null
  speed: Speed | null
}

/** A hash that is not used, and why: `damaged` cannot be decoded, `unknown` names no scenario, `invalid` has a message about a field. */
export type AddressProblem = { kind: 'damaged' | 'unknown' } | { kind: 'invalid'; message: string }

export type AddressResult = { address: Address } | { problem: AddressProblem }

/** The parameters of a hash. Never throws, whatever the hash contains. */
export const readParameters = (hash: string): URLSearchParams => new URLSearchParams(hash.replace(/^#/, ''))

/** Returns what a hash names. Without a scenario it is the first of the built-in ones. */
export async function readAddress(hash: string, builtIns: readonly BuiltIn[]): Promise<AddressResult> {
  const parameters = readParameters(hash)
  try {
    const speed = readSpeed(parameters.get('speed'))
    const code = parameters.get('s')
    if (code !== null) {
      const text = await decodeText(code)
      if (text === null) return { problem: { kind: 'damaged' } }
      return { address: { scenario: parseScenario(text), builtIn: null, speed } }
    }
    const id = parameters.get('id')
    const builtIn = id === null ? builtIns[0] : builtIns.find((one) => one.id === id)
    if (!builtIn) return { problem: { kind: 'unknown' } }
    return { address: { scenario: vary(builtIn.scenario, parameters), builtIn, speed } }
  } catch (error) {
    if (error instanceof ScenarioError) return { problem: { kind: 'invalid', message: error.message } }
    throw error
  }
}

/** Returns the hash of a scenario: short for a built-in one, else with the whole scenario. */
export async function writeAddress({ scenario, builtIn, speed }: Address): Promise<string> {
  const parameters = new URLSearchParams()
  if (builtIn && isVariant(scenario, builtIn.scenario)) {
    parameters.set('id', builtIn.id)
    if (scenario.seed !== builtIn.scenario.seed) parameters.set('seed', String(scenario.seed))
    if (String(scenario.lanes) !== String(builtIn.scenario.lanes)) parameters.set('lanes', scenario.lanes.join(','))
  } else {
    parameters.set('s', await encodeText(JSON.stringify(scenario)))
  }
  if (speed !== null) parameters.set('speed', String(speed))
  return `#${parameters.toString().replaceAll('%2C', ',')}`
}

function readSpeed(value: string | null): Speed | null {
  if (value === null) return null
  const speed = SPEEDS.find((one) => String(one) === value)
  if (speed === undefined) throw new ScenarioError('speed', `one of ${SPEEDS.join(', ')}`, value)
  return speed
}

function vary(scenario: Scenario, parameters: URLSearchParams): Scenario {
  const seed = parameters.get('seed')
  const lanes = parameters.get('lanes')
  return validateScenario({
    ...scenario,
    ...(seed !== null && { seed: /^\d+$/.test(seed) ? Number(seed) : seed }),
    ...(lanes !== null && { lanes: lanes.split(',') }),
  })
}

/** Whether the two differ only in what the short form of the hash contains. */
export const isVariant = (scenario: Scenario, original: Scenario): boolean =>
  comparable(scenario) === comparable(original)

const comparable = (scenario: Scenario): string => JSON.stringify({ ...validateScenario(scenario), seed: 0, lanes: [] })

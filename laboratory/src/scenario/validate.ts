/** Checks a scenario from a link, field by field. An error names the field and contains no text of the input but its beginning, quoted. */

import { FAULTS, LONGEST, type Parameter, isFaultName } from './faults.ts'
import { LANE_IDS, type LaneId, type Scenario, type Step } from './schema.ts'

/** The largest scenario as JSON, in bytes. */
export const LARGEST = 16 * 1024
const MOST_STEPS = 200
const MOST_CLIENTS = 50

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  readonly field: string
  constructor(field: string, expected: string, value: unknown) {
    super(`${field}: expected ${expected}, got ${summarize(value)}`)
    this.field = field
  }
}

const summarize = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readObject = (field: string, value: unknown, known: readonly string[]): Fields => {
  if (!isFields(value)) throw new ScenarioError(field, 'an object', value)
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new ScenarioError(field, `only ${known.join(', ')}`, unknown)
  return value
}

const readArray = (field: string, value: unknown, most: number): unknown[] => {
  if (!Array.isArray(value) || value.length > most) throw new ScenarioError(field, `an array of at most ${most}`, value)
  return value
}

const readNumber = (field: string, value: unknown, min: number, max: number): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new ScenarioError(field, `a whole number from ${min} to ${max}`, value)
}

const readText = (field: string, value: unknown, maxLength: number): string => {
  if (typeof value === 'string' && value.length <= maxLength) return value
  throw new ScenarioError(field, `a text of at most ${maxLength} characters`, value)
}

const isLaneId = (value: unknown): value is LaneId => LANE_IDS.some((id) => id === value)

const readLanes = (value: unknown): LaneId[] => {
  const lanes = readArray('lanes', value, LANE_IDS.length).map((lane, index) => {
    if (isLaneId(lane)) return lane
    throw new ScenarioError(`lanes[${index}]`, `one of ${LANE_IDS.join(', ')}`, lane)
  })
  if (lanes.length > 0 && new Set(lanes).size === lanes.length) return lanes
  throw new ScenarioError('lanes', 'at least one lane, none of them twice', value)
}

const checkArgument = (field: string, parameter: Parameter, value: unknown): void => {
  if (parameter.kind === 'number') readNumber(field, value, parameter.min, parameter.max)
  else if (parameter.kind === 'text') readText(field, value, parameter.maxLength)
  else if (parameter.kind === 'flag') {
    if (typeof value !== 'boolean') throw new ScenarioError(field, 'true or false', value)
  } else if (!parameter.choices.some((choice) => choice === value)) {
    throw new ScenarioError(field, `one of ${parameter.choices.join(', ')}`, value)
  }
}

/** @throws ScenarioError */
export function checkStep(field: string, value: unknown, length: number): asserts value is Step {
  const [at, name, ...values] = readArray(field, value, 8)
  readNumber(`${field}[0]`, at, 0, length)
  if (!isFaultName(name)) throw new ScenarioError(`${field}[1]`, `one of ${Object.keys(FAULTS).join(', ')}`, name)
  const parameters = FAULTS[name]
  if (values.length > parameters.length) {
    throw new ScenarioError(field, `at most ${parameters.length} arguments of ${name}`, values)
  }
  for (const [index, parameter] of parameters.entries()) {
    if (index >= values.length && parameter.optional) continue
    checkArgument(`${field} ${name}.${parameter.name}`, parameter, values[index])
  }
}

const readSteps = (value: unknown, length: number): Step[] => {
  let last = 0
  return readArray('steps', value, MOST_STEPS).map((step, index) => {
    const field = `steps[${index}]`
    checkStep(field, step, length)
    if (step[0] < last) throw new ScenarioError(`${field}[0]`, `a time not before ${last}`, step[0])
    last = step[0]
    return step
  })
}

const FIELDS = [
  ...['v', 'id', 'title', 'seed', 'length', 'publish', 'send', 'heartbeat', 'clients', 'lanes', 'steps'],
] as const

/** Returns a copy with only the known fields. @throws ScenarioError */
export const validateScenario = (value: unknown): Scenario => {
  const fields = readObject('scenario', value, FIELDS)
  if (fields.v !== 1) throw new ScenarioError('v', 'the version 1', fields.v)
  const length = readNumber('length', fields.length, 1000, LONGEST)
  const publish = readObject('publish', fields.publish, ['every', 'size'])
  const send = fields.send === null ? null : readObject('send', fields.send, ['every'])
  const heartbeat = readObject('heartbeat', fields.heartbeat, ['interval', 'timeout'])
  return {
    v: 1,
    ...(fields.id !== undefined && { id: readText('id', fields.id, 40) }),
    ...(fields.title !== undefined && { title: readText('title', fields.title, 100) }),
    seed: readNumber('seed', fields.seed, 0, 2 ** 31 - 1),
    length,
    publish: {
      every: readNumber('publish.every', publish.every, 20, LONGEST),
      size: readNumber('publish.size', publish.size, 0, 10_000),
    },
    send: send && { every: readNumber('send.every', send.every, 20, LONGEST) },
    heartbeat: {
      interval: readNumber('heartbeat.interval', heartbeat.interval, 100, LONGEST),
      timeout: readNumber('heartbeat.timeout', heartbeat.timeout, 100, LONGEST),
    },
    ...(fields.clients !== undefined && { clients: readNumber('clients', fields.clients, 1, MOST_CLIENTS) }),
    lanes: readLanes(fields.lanes),
    steps: readSteps(fields.steps, length),
  }
}

/** Reads a scenario from JSON. @throws ScenarioError */
export const parseScenario = (json: string): Scenario => {
  const bytes = new TextEncoder().encode(json).length
  if (bytes > LARGEST) throw new ScenarioError('scenario', `at most ${LARGEST} bytes of JSON`, bytes)
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new ScenarioError('scenario', 'JSON', json)
  }
  return validateScenario(value)
}

import { describe, expect, it } from 'vitest'
import { TEXTS, chooseLanguage } from '../src/page/texts/index.ts'
import { FAULTS, type Fault, type FaultName, type Parameter } from '../src/scenario/faults.ts'
import { LANE_IDS } from '../src/scenario/schema.ts'

/** Every text with its path. Functions are called with sample arguments. */
function flatten(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') {
    return /[.](describeFault|join)$/.test(path)
      ? []
      : flatten(value(...Array.from({ length: value.length }, () => 'x')), path)
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => flatten(part, `${path}.${key}`))
}

const sample = (parameter: Parameter): unknown =>
  parameter.kind === 'number'
    ? 4000
    : parameter.kind === 'flag'
      ? true
      : parameter.kind === 'choice'
        ? parameter.choices[0]
        : 'reason'

// The names of libraries and of the two languages, and signs, are the same in both.
const SAME = /^\.(language|lanes|otherLanguage|none|networkStates\.up|seconds|verdict\.join|spanText)/

describe('the texts of the page', () => {
  it('exist in both languages, with the same keys', () => {
    const { en, zh } = TEXTS
    expect(flatten(zh).map(([path]) => path)).toEqual(flatten({ ...en }).map(([path]) => path))
    const lists = (value: object) => Object.keys(value).sort()
    expect(lists(zh.lanes)).toEqual([...LANE_IDS].sort())
    expect(lists(zh.counters)).toEqual(lists(en.counters))
  })

  it('are translated: no Chinese text lacks Chinese characters, and no English text has one', () => {
    for (const [path, text] of flatten(TEXTS.zh)) if (!SAME.test(path)) expect(`${path} ${text}`).toMatch(/\p{sc=Han}/u)
    for (const [path, text] of flatten(TEXTS.en)) {
      if (!SAME.test(path)) expect(`${path} ${text}`).not.toMatch(/\p{sc=Han}/u)
    }
  })

  it('describe every fault in one sentence', () => {
    for (const [name, parameters] of Object.entries(FAULTS)) {
      const fault = [name as FaultName, ...parameters.map(sample)] as Fault
      expect(TEXTS.en.describeFault(fault)).toMatch(/^[A-Z].*\.$/)
      expect(TEXTS.zh.describeFault(fault)).toMatch(/。$/)
    }
  })

  it('are chosen by the link, then by the browser', () => {
    expect(chooseLanguage('zh', ['en-US'])).toBe('zh')
    expect(chooseLanguage(null, ['fr', 'zh-TW', 'en'])).toBe('zh')
    expect(chooseLanguage('fr', ['fr'])).toBe('en')
  })
})

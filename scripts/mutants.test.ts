/** The lists of `npm run mutate`, which is not part of CI: each mutant must still fit its source. */

import { readFileSync } from 'node:fs'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'
import { mutants } from './mutate/lists.ts'
import { applyMutant } from './mutate/mutant.ts'

const packages = new URL('../packages/', import.meta.url)

describe.each(Object.entries(mutants))('the mutants of %s', (_, list) => {
  it('replace text that occurs exactly once in their file', () => {
    const problems = list.flatMap((mutant) => {
      const code = readFileSync(new URL(mutant.file, packages), 'utf8')
      try {
        const { errors } = parseSync(mutant.file, applyMutant(code, mutant))
        return errors.map(({ message }) => `${mutant.file}: "${mutant.bug}": ${message}`)
      } catch (error) {
        return [`${mutant.file}: ${String(error)}`]
      }
    })
    expect(problems).toEqual([])
  })

  it('have different descriptions within a file', () => {
    const titles = list.map(({ file, bug }) => `${file}: ${bug}`)
    expect(titles.filter((title, index) => titles.indexOf(title) < index)).toEqual([])
  })

  it('are at least 60', () => {
    expect(list.length).toBeGreaterThanOrEqual(60)
  })
})

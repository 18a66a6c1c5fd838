import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PAGES, lossTable, readResults, withTable } from '../scripts/tables.ts'

describe('the tables of the page about the laboratory', () => {
  it.each(['en', 'zh'] as const)(
    'are those of the computed results (%s): else run `npm run lab:tables`',
    (language) => {
      const page = readFileSync(PAGES[language], 'utf8')
      expect(page).toBe(withTable(page, lossTable(readResults(), language)))
    },
  )
})

/** Compares the table of the README with the examples, and the guide with the table. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tableWith } from '../support/tables.ts'
import { libraries } from './support/libraries.ts'

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')
const codeIn = (text: string): string => /`([\w.]+)/.exec(text)?.[1] ?? ''

const rows = tableWith('sharedb', read('README.md')).filter(({ names }) => names.length > 0)
const fileOf = (cell = ''): string => /\]\((\w+\.ts)\)/.exec(cell)?.[1] ?? ''

test('the table has one row for each example, and each example is tested', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => /^\w+\.ts$/.test(name) && name !== 'times.ts')
  expect(rows.map(({ cells }) => fileOf(cells[3])).sort()).toEqual(files.sort())
  expect(libraries.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort())
})

test.each(['guide', 'zh/guide'])(
  'docs/%s/compatible-class.md has the same libraries, options, classes and heartbeats',
  (folder) => {
    const code = (cells: string[]): string[] => cells.slice(0, 3).map((cell) => codeIn(cell))
    const shown = tableWith('sharedb', read(`../../docs/${folder}/compatible-class.md`)).filter(
      ({ names }) => names.length > 0,
    )
    expect(shown.map(({ names }) => names)).toEqual(rows.map(({ names }) => names))
    expect(shown.map(({ cells }) => code(cells))).toEqual(rows.map(({ cells }) => code(cells)))
    const isHoldfasts = shown.map(({ cells }) => /^(of Holdfast|Holdfast 的)/.test(cells[2] ?? ''))
    expect(isHoldfasts).toEqual(rows.map(({ cells }) => cells[2]?.startsWith('of Holdfast')))
  },
)

describe.each(rows)('$names.0', ({ names, cells: [option = '', usedClass = '', heartbeat = '', file] }) => {
  const code = read(fileOf(file))

  test('is imported by its example', () => {
    expect(code).toMatch(new RegExp(` from '${names[0]}[/']`))
  })

  test('gets the class of the table in the option of the table', () => {
    expect(code).toContain(`import { ${codeIn(usedClass)} } from '@holdfast/core/reconnecting-websocket'`)
    expect(code).toContain(codeIn(option.replace('new ', '')))
  })

  test('has the heartbeat of the table', () => {
    expect(code.includes('heartbeat: {')).toBe(heartbeat.startsWith('of Holdfast'))
    expect(code).toContain(codeIn(heartbeat))
  })
})

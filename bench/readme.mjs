// Updates the measured parts of README.md from the results of every suite.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machineLine } from './machine.mjs'
import { markdown } from './markdown.mjs'
import { readResult } from './results.mjs'
import { suites } from './suites/index.mjs'

/** Replaces the text between `<!-- measured: <name> -->` and `<!-- end of <name> -->`, for each suite and for the goals. */
export function writeReadme() {
  const path = join(import.meta.dirname, 'README.md')
  const results = suites.flatMap((suite) => {
    const result = readResult(suite.name)
    return result ? [{ suite, result }] : []
  })
  let text = readFileSync(path, 'utf8')
  for (const { suite, result } of results) {
    const { machine, seconds, rows } = result
    text = replace(
      text,
      suite.name,
      `${suite.table(rows)}\n\n${machineLine(machine)}; the suite took ${Math.round(seconds)} s.`,
    )
  }
  const goals = results.flatMap(({ suite, result: { rows } }) => suite.goals?.(rows) ?? [])
  writeFileSync(path, replace(text, 'goals', goalTable(goals)))
}

/** @param {readonly import('./suites/suite.mjs').Goal[]} goals */
const goalTable = (goals) =>
  markdown(
    [['goal'], ['measured'], ['met']],
    goals.map(({ goal, measured, met }) => [goal, measured, met ? 'yes' : '**no**']),
  )

/**
 * @param {string} text of a README
 * @param {string} name
 * @param {string} measured
 */
export function replace(text, name, measured) {
  const [start, end] = [`<!-- measured: ${name} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the README has lost its markers ${start} and ${end}`)
  return `${text.slice(0, from)}${start}\n\n${measured}\n\n${text.slice(to)}`
}

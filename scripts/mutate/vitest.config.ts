/**
 * The test projects with one mutant, which the environment contains. The mutant exists only in the transformed module: no file is changed, so
 * a run that is killed leaves nothing behind.
 */

import type { Plugin } from 'vite'
import { type TestProjectConfiguration, defineConfig } from 'vitest/config'
import workspace from '../../vitest.workspace.ts'
import { type SeededMutant, applyMutant } from './mutant.ts'

const cacheDir = process.env['HOLDFAST_MUTATE_CACHE']
const packages = new URL('../../packages/', import.meta.url).pathname

const seed: Plugin = {
  name: 'mutant',
  enforce: 'pre',
  transform: (code, id) => {
    // Read at each call, because one Vitest runs many mutants.
    const mutant = JSON.parse(process.env['HOLDFAST_MUTANT'] || '{}') as Partial<SeededMutant>
    if (!mutant.file || id.split('?')[0] !== packages + mutant.file) return undefined
    process.env['HOLDFAST_MUTANT_LOADED'] = 'true'
    return { code: applyMutant(code, mutant as SeededMutant), map: null }
  },
}

/** Projects in a browser load their modules in another way, and projects that build packages take too long. */
const PROJECTS = /^(core|vue|react|server|redis)$/
const projects = (workspace.test?.projects ?? []) as Exclude<TestProjectConfiguration, string>[]

export default defineConfig({
  ...(cacheDir && { cacheDir }),
  test: {
    projects: projects
      .filter((project) => 'test' in project && PROJECTS.test(String(project.test?.name)))
      .map((project) => ({ ...project, plugins: [seed, ...('plugins' in project ? (project.plugins ?? []) : [])] })),
  },
})

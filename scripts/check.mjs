// `npm run check`: runs every check that is not a test. Every step runs, even if an earlier one has failed.

import { publicPackages } from './publicPackages.mjs'
import { runSteps } from './runSteps.mjs'

const packages = publicPackages()

/** Creates one step for each published package. */
const each = (/** @type {string} */ name, /** @type {string} */ command) =>
  packages.map(({ folder, name: id }) => ({ name: `${name} ${id}`, command: command.replace('FOLDER', folder) }))

const sources = [
  { name: 'tsc', command: 'tsc' },
  ...each('tsc', 'tsc -p FOLDER'),
  { name: 'vue-tsc playground', command: 'vue-tsc --noEmit -p playground' },
  { name: 'vue-tsc examples', command: 'vue-tsc --noEmit -p examples' },
  { name: 'vue-tsc docs', command: 'vue-tsc --noEmit -p docs' },
  { name: 'format (fix with npm run format)', command: 'oxfmt --check' },
  { name: 'oxlint', command: 'oxlint --deny-warnings' },
  { name: 'knip', command: 'knip' },
  { name: 'language', command: 'node scripts/language.mjs' },
  { name: 'docs', command: 'node scripts/docsCheck.mjs' },
]
const build = packages.map(({ name, folder }) => ({ name: `build ${name}`, command: 'tsup --silent', folder }))
const packed = [
  ...each('publint', 'publint --strict FOLDER'),
  // node16: the resolution of Node 10 does not support exports maps, and TypeScript has dropped it as well.
  ...each('attw', 'attw --pack FOLDER --profile node16'),
  { name: 'size-limit', command: 'size-limit', verbose: true },
]

const start = performance.now()
const failed = [...(await runSteps(sources)), ...(await runSteps(build)), ...(await runSteps(packed))]
const seconds = ((performance.now() - start) / 1000).toFixed(0)
const steps = sources.length + build.length + packed.length
console.log(failed.length > 0 ? `\nFAILED: ${failed.join(', ')}` : `\nAll ${steps} checks are ok (${seconds} s)`)
process.exitCode = failed.length > 0 ? 1 : 0

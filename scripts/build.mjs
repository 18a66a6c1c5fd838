// `npm run build`: builds the published packages into their dist folders, in parallel, because none needs the dist of another.

import { publicPackages } from './publicPackages.mjs'
import { runSteps } from './runSteps.mjs'

const failed = await runSteps(
  publicPackages().map(({ name, folder }) => ({ name: `build ${name}`, command: 'tsup --silent', folder })),
)
process.exitCode = failed.length > 0 ? 1 : 0

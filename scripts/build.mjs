// `npm run build`: the published packages, into their dist folders. They need nothing of each other's dist, so all at once.

import { publicPackages } from './publicPackages.mjs'
import { runSteps } from './runSteps.mjs'

const failed = await runSteps(
  publicPackages().map(({ name, folder }) => ({ name: `build ${name}`, command: 'tsup --silent', folder })),
)
process.exitCode = failed.length > 0 ? 1 : 0

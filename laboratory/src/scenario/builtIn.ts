/** The scenarios that the laboratory offers, in the order of the list. The page begins with the first. */

import { wifi } from './builtIn/wifi.ts'
import { halfOpen } from './builtIn/half-open.ts'
import { restart } from './builtIn/restart.ts'
import { restartEmpty } from './builtIn/restart-empty.ts'
import { sleep } from './builtIn/sleep.ts'
import { deploy } from './builtIn/deploy.ts'
import { token } from './builtIn/token.ts'
import { slow } from './builtIn/slow.ts'
import { flap } from './builtIn/flap.ts'
import { burst } from './builtIn/burst.ts'
import { manyCuts } from './builtIn/many-cuts.ts'
import type { BuiltIn } from './schema.ts'

export const BUILT_IN: readonly BuiltIn[] = [
  halfOpen,
  wifi,
  restart,
  restartEmpty,
  sleep,
  deploy,
  token,
  slow,
  flap,
  burst,
  manyCuts,
]

export const findBuiltIn = (id: string): BuiltIn | undefined => BUILT_IN.find((scenario) => scenario.id === id)

/** All that can happen to a client, mixed. */

import fc from 'fast-check'
import type { Command } from './command.ts'
import { beats, connects, passes, sleeps, throttled, waits } from './timeCommands.ts'
import {
  CALLS,
  TYPES,
  closes,
  disposes,
  floods,
  jams,
  lets,
  opens,
  reconnects,
  reenters,
  retains,
  sends,
  throws,
} from './userCommands.ts'
import { accepts, answers, drops, ends, finishes, happens, refuses, says, speeds } from './environmentCommands.ts'

const any = (...commands: Command[]): fc.Arbitrary<Command> => fc.constantFrom(...commands)

/** In such proportion that connections open, live and die within a few commands. */
const everything: fc.Arbitrary<Command>[] = [
  any(opens, reconnects, retains, lets),
  any(opens, reconnects, retains, lets),
  any(closes(1000), closes(4999)),
  any(disposes, ...Array.from({ length: 9 }, () => connects)),
  any(connects),
  any(waits),
  any(waits),
  any(sends(true), sends(true), sends(false), jams, floods),
  any(sends(true), speeds('slow', 2 ** 21), speeds('fast', 0)),
  any(...TYPES.map(throws)),
  any(accepts()),
  any(accepts()),
  any(refuses, drops(), finishes),
  any(says('hello'), says('hello'), says('ping'), beats, beats),
  any(...[1000, 1001, 1006, 1008, 1012, 3000, 3500, 4400, 4500].map(ends)),
  any(accepts(2), says('late', 2), drops(2)),
  any(
    answers('address'),
    answers('address'),
    answers('address'),
    ...(['address later', 'nothing', 'throws', 'rejects', 'never', 'constructor throws'] as const).map(answers),
  ),
  any(...(['online', 'offline', 'wake', 'hide', 'hidden'] as const).map(happens)),
  any(...[20, 500, 1000, 2000, 5000].map(passes)),
  any(...[1000, 5000, 20_000, 200_000].map(passes)),
  any(sleeps(20), sleeps(3000), sleeps(8 * 3_600_000), throttled),
]

const lives = (commands: fc.Arbitrary<Command>[]): fc.Arbitrary<Iterable<Command>> =>
  fc.commands(commands, { maxCommands: 40, size: 'max' })

export const commands = lives(everything)

/** The same, with listeners that use the client. */
export const reentrantCommands = lives([
  ...everything,
  ...TYPES.map((type) => any(...(Object.keys(CALLS) as (keyof typeof CALLS)[]).map((name) => reenters(type, name)))),
])

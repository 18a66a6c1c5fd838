/** Random sequences of everything that can happen to a client. */

import fc from 'fast-check'
import type { Command } from './command.ts'
import {
  accept,
  answerClose,
  drainPart,
  drop,
  endSilently,
  pageEvent,
  refuse,
  serverCloses,
  serverSends,
  setBufferedAmount,
  setDialOutcome,
} from './environmentCommands.ts'
import {
  advance,
  answerPing,
  openAndAccept,
  sleep,
  throttleTimers,
  waitAndAccept,
  wakeDuringDial,
} from './timeCommands.ts'
import {
  CALLS,
  EVENT_TYPES,
  addCallingListener,
  addThrowingListener,
  closeWith,
  dispose,
  openClient,
  reconnect,
  releaseClient,
  retainClient,
  sendAroundFullBuffer,
  sendFourTimes,
  sendMessage,
} from './userCommands.ts'

const oneOf = (...commands: Command[]): fc.Arbitrary<Command> => fc.constantFrom(...commands)

/** In such proportions that connections open, stay open and end within a few commands. */
const allCommands: fc.Arbitrary<Command>[] = [
  oneOf(openClient, reconnect, retainClient, releaseClient),
  oneOf(openClient, reconnect, retainClient, releaseClient),
  oneOf(closeWith(1000), closeWith(4999)),
  oneOf(dispose, ...Array.from({ length: 9 }, () => openAndAccept)),
  oneOf(openAndAccept),
  oneOf(waitAndAccept),
  oneOf(waitAndAccept),
  oneOf(sendMessage(true), sendMessage(true), sendMessage(false), sendAroundFullBuffer, sendFourTimes),
  oneOf(sendMessage(true), setBufferedAmount('slow', 2 ** 21), setBufferedAmount('fast', 0), drainPart),
  oneOf(sendMessage(true), sendMessage(false), endSilently),
  oneOf(wakeDuringDial),
  oneOf(...EVENT_TYPES.map(addThrowingListener)),
  oneOf(accept()),
  oneOf(accept()),
  oneOf(refuse, drop(), answerClose),
  oneOf(serverSends('hello'), serverSends('hello'), serverSends('ping'), answerPing, answerPing),
  oneOf(...[1000, 1001, 1006, 1008, 1012, 3000, 3500, 4400, 4500].map(serverCloses)),
  oneOf(accept(2), serverSends('late', 2), drop(2)),
  oneOf(
    setDialOutcome('address'),
    setDialOutcome('address'),
    setDialOutcome('address'),
    ...(['address later', 'nothing', 'throws', 'rejects', 'never', 'constructor throws'] as const).map(setDialOutcome),
  ),
  oneOf(...(['online', 'offline', 'wake', 'hide', 'hidden'] as const).map(pageEvent)),
  oneOf(...[20, 500, 1000, 2000, 5000].map(advance)),
  oneOf(...[1000, 5000, 20_000, 200_000].map(advance)),
  oneOf(sleep(20), sleep(3000), sleep(8 * 3_600_000), throttleTimers),
]

const sequencesOf = (commands: fc.Arbitrary<Command>[]): fc.Arbitrary<Iterable<Command>> =>
  fc.commands(commands, { maxCommands: 40, size: 'max' })

export const commandSequences = sequencesOf(allCommands)

/** The same commands, and listeners that call the client. */
export const reentrantCommandSequences = sequencesOf([
  ...allCommands,
  ...EVENT_TYPES.map((type) =>
    oneOf(...(Object.keys(CALLS) as (keyof typeof CALLS)[]).map((name) => addCallingListener(type, name))),
  ),
])

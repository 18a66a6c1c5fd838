/** What a command is: it acts on the model and on the real client, and the referee compares them. */

import type fc from 'fast-check'
import type { Model } from './model.ts'
import type { Referee } from './invariants.ts'
import type { Setup, Stage } from './createModelTestClient.ts'

export interface Play extends Stage {
  setup: Setup
  referee: Referee
  /** The model knows all that is asked of the client. */
  strict: boolean
}

export type Command = fc.AsyncCommand<Model, Play>

/** Lets the promises of providers and verdicts settle. */
export const settle = async (): Promise<void> => {
  for (let link = 0; link < 10; link++) await Promise.resolve()
}

export const command = (text: string, act: (model: Model, play: Play) => void): Command => ({
  check: () => true,
  run: async (model, play) => {
    act(model, play)
    await settle()
    play.referee.inspect()
  },
  toString: () => text,
})

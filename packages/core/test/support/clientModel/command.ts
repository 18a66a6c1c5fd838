/** A command of the model-based tests: it acts on the model and on the real client, and then the invariants are checked. */

import type fc from 'fast-check'
import type { ModelTestClient, RunOptions } from './createModelTestClient.ts'
import type { Invariants } from './invariants.ts'
import type { Model } from './model.ts'

/** The real client of one run, with its options and its invariants. */
export interface Run extends ModelTestClient {
  options: RunOptions
  invariants: Invariants
  /** The model sees every call on the client. */
  strict: boolean
}

export type Command = fc.AsyncCommand<Model, Run>

/** Waits until the promises of providers and of `shouldReconnect` have settled. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve()
}

/** @param name shown by fast-check when a run fails */
export const createCommand = (name: string, act: (model: Model, run: Run) => void): Command => ({
  check: () => true,
  run: async (model, run) => {
    act(model, run)
    await settle()
    run.invariants.checkAll()
  },
  toString: () => name,
})

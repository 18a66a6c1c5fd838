/** The tokens of the clients. A token is `<client>.<generation>`; the server accepts only those of the present generation. */

import type { ArenaClock } from './clock.ts'

export interface Tokens {
  /** Makes all tokens of before invalid. */
  expire(): void
  read(token: string): { client: string; isValid: boolean }
  /** The token that a client has at the start. */
  first(client: string): string
  /** The function with which one client gets its tokens. */
  providerOf(client: string): () => Promise<string>
}

/** How long a fresh token takes, in ms. */
const DELAY = 800

export const createTokens = (clock: ArenaClock): Tokens => {
  let generation = 0
  return {
    expire: () => {
      generation++
    },
    read: (token) => {
      const end = token.lastIndexOf('.')
      return { client: token.slice(0, end), isValid: token.slice(end + 1) === String(generation) }
    },
    first: (client) => `${client}.0`,
    providerOf: (client) => {
      let known = 0
      let hasFailed = true
      return async () => {
        if (known === generation) return `${client}.${known}`
        // Of a new generation, the first call fails.
        hasFailed = !hasFailed
        await new Promise<void>((resolve) => clock.setTimeout(resolve, DELAY))
        if (!hasFailed) throw new Error('the token service failed')
        known = generation
        return `${client}.${known}`
      }
    },
  }
}

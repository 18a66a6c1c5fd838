import { expect, test } from 'vitest'
import { createArenaClock } from '../src/arena/clock.ts'
import { createTokens } from '../src/arena/tokens.ts'

test('a token is valid until it expires, and the first request for a fresh one fails after 800 ms', async () => {
  const clock = createArenaClock({ seed: 1, onError: console.error, breathe: async () => undefined })
  const tokens = createTokens(clock)
  const getToken = tokens.providerOf('vueuse/0')
  const ask = async (): Promise<string> => {
    const answer = getToken().catch((error: Error) => error.message)
    const start = clock.monotonic()
    let time = 0
    void answer.then(() => (time = clock.monotonic() - start))
    await clock.runUntil(start + 1000)
    return `${await answer} after ${time}`
  }
  expect(tokens.read(tokens.first('vueuse/0'))).toEqual({ client: 'vueuse/0', isValid: true })
  expect(await ask()).toBe('vueuse/0.0 after 0')
  for (const generation of [1, 2]) {
    tokens.expire()
    expect(tokens.read(tokens.first('vueuse/0')).isValid).toBe(false)
    expect(await ask()).toBe('the token service failed after 800')
    expect(await ask()).toBe(`vueuse/0.${generation} after 800`)
    expect(await ask()).toBe(`vueuse/0.${generation} after 0`)
    expect(tokens.read(`vueuse/0.${generation}`).isValid).toBe(true)
  }
})

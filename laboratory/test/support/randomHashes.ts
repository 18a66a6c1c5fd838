import { writeAddress } from '../../src/page/address.ts'
import { encodeText } from '../../src/scenario/codec.ts'
import { scenario } from '../fixtures.ts'
import { createRandom } from '../random.ts'

/** Returns hashes that anyone might send: noise, truncated and changed links, much data, and names of prototypes. The same in each run. */
export async function randomHashes(count: number): Promise<string[]> {
  const valid = await writeAddress({ scenario: { ...scenario, seed: 1, title: 'x' }, builtIn: null, speed: 4 })
  const random = createRandom(13)
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!
  const noise = (length: number): string =>
    Array.from({ length }, () => pick([...'#&=%_-<>"\'`{}[]/\\\u0000\ud800é半A1zv'])).join('')
  const polluted = [
    '{"__proto__":{"polluted":1},"v":1}',
    '{"v":1,"constructor":{"prototype":{"polluted":1}}}',
    `{"steps":[[0,"__proto__"],[1,"constructor",1]],${JSON.stringify(scenario).slice(1)}`,
    JSON.stringify({ ...scenario, publish: JSON.parse('{"__proto__":{"every":1},"size":1}') }),
  ]
  const makers: (() => string | Promise<string>)[] = [
    () => noise(random(60)),
    () => `#id=${noise(random(20))}&lanes=${noise(random(20))}&seed=${noise(3)}`,
    () => `#s=${noise(random(60))}`,
    () => valid.slice(0, random(valid.length)),
    () => valid.slice(0, 5) + pick([...valid]) + valid.slice(6 + random(valid.length)),
    async () => `#s=${await encodeText(pick(polluted))}`,
    async () => `#s=${await encodeText('['.repeat(random(40_000)))}`,
    () => `#s=${'A'.repeat(random(60_000))}`,
    () => `#${pick(['__proto__', 'constructor', 'toString', 'id', 's'])}=${pick(['__proto__', 'toString', '', '1'])}`,
  ]
  const hashes: string[] = []
  while (hashes.length < count) hashes.push(await pick(makers)())
  return hashes
}

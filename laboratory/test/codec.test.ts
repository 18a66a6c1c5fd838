import { describe, expect, it } from 'vitest'
import { LONGEST_CODE, decodeText, encodeText } from '../src/scenario/codec.ts'
import { LARGEST } from '../src/scenario/validate.ts'

describe('the code of a share link', () => {
  it('returns every text unchanged and needs no escaping in a URL', async () => {
    for (const text of ['', '{"v":1}', '半开连接 ✓ 🙂', 'x'.repeat(LARGEST)]) {
      const code = await encodeText(text)
      expect(code).toMatch(/^[\w-]+$/)
      expect(await decodeText(code)).toBe(text)
    }
  })

  it('refuses a text that is longer than the limit, however short its code is', async () => {
    const code = await encodeText('x'.repeat(5_000_000))
    expect(code.length).toBeLessThan(LONGEST_CODE)
    expect(await decodeText(code)).toBeNull()
    expect(await decodeText(await encodeText('x'.repeat(LARGEST + 1)))).toBeNull()
  })

  it('refuses a damaged code', async () => {
    const code = await encodeText(JSON.stringify({ v: 1, seed: 7, title: 'Half-open connection' }))
    for (const damaged of [
      '',
      '=',
      'a b',
      '%',
      code.slice(0, -4),
      `${code}!`,
      `A${code}`,
      'A'.repeat(LONGEST_CODE + 1),
    ]) {
      expect({ damaged, text: await decodeText(damaged) }).toEqual({ damaged, text: null })
    }
  })
})

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findProblems, isChecked } from './language.mjs'

const phrases = (text: string, path = 'packages/core/src/client.ts'): string[] =>
  findProblems(path, text).map(({ line, phrase }) => `${line}: ${phrase}`)

describe('the language check', () => {
  it.each([
    ['// Whoever asks gets an answer.', 'Whoever'],
    ['// Nobody may be left in the dark.', 'Nobody'],
    ['// The one who asks too long has not answered.', 'who asks'],
    ['/** A listener is told of it. */', 'told'],
    ['// It tells the truth about it.', 'tells'],
    ['// What is heard is passed on.', 'heard'],
    ['// A proxy is as good.', 'as good'],
    ['// Uses the one of the moment.', 'of the moment'],
    ['// After it has fallen silent.', 'fallen silent'],
    ['// Says its last word.', 'Says'],
    ['// The node is buried.', 'buried'],
    ['// Two floors below.', 'floors'],
    ["throw new Error('the room knows nothing of it')", 'room'],
    ['const farewell = 1', 'farewell'],
    ['<!-- in vain -->', 'in vain'],
  ])('finds the phrase in %j', (text, phrase) => {
    expect(findProblems('packages/core/src/client.ts', text).map((finding) => finding.phrase)).toContain(phrase)
  })

  it.each([
    '// Reports an error thrown by user code without interrupting other listeners.',
    '// Retries a store write until it succeeds or the session has expired.',
    'const index = Math.floor(value)',
    '// A user who has sent a name is shown in the list.',
    "it('closes a frozen socket after the probe timeout', () => {})",
  ])('accepts the plain text %j', (text) => {
    expect(phrases(text, 'packages/core/test/client.test.ts')).toEqual([])
  })

  it('finds a phrase that is wrapped to the next line of a comment', () => {
    expect(
      phrases('const a = 1\n/**\n * The listener falls\n * silent.\n */\n// uses the one of\n// the moment'),
    ).toEqual(['3: falls silent', '6: of the moment'])
  })

  it('allows rooms outside of the sources of the packages', () => {
    expect(phrases('// Opens the chat room.', 'playground/server/chatRoom.ts')).toEqual([])
  })

  it('skips the generated parts of documentation', () => {
    const text = 'plain\n<!-- measured: cold -->\nnobody\n<!-- end of cold -->\nnobody\n'
    expect(phrases(text, 'bench/README.md')).toEqual(['5: nobody'])
  })

  it('gives a hint for each finding', () => {
    expect(findProblems('CONTRIBUTING.md', 'anew')).toEqual([{ line: 1, phrase: 'anew', hint: 'again, a new' }])
  })

  it.each([
    'CHANGELOG.md',
    'packages/core/CHANGELOG.md',
    'README.zh-CN.md',
    'docs/zh/guide/heartbeat.md',
    'bench/results/cold.json',
    'scripts/language.mjs',
  ])('does not check the file %s', (path) => {
    expect(isChecked(path)).toBe(false)
  })
})

describe('the check of test titles', () => {
  it.each([
    'who joined then sends',
    'what comes after it is received',
    'nor is one without a message',
    'works with a proxy',
    'also closes the socket',
    'is closed',
    `closes ${'a long title '.repeat(10)}`,
    '(rxjs#6770, phoenix#3161) works with a proxy',
  ])('rejects the title %j', (title) => {
    expect(phrases(`it('${title}', () => {})`, 'a.test.ts')).toEqual([`1: ${title}`])
  })

  it('checks titles of parametrised and conditional tests', () => {
    const text = `
      it.each([1])('works with %s', () => {})
      it.each([
        [1, f(2)],
      ])('so it closes', () => {})
      it.skipIf(!find())('and then closes', () => {})
      it<{ a: 1 }>("what it closes", () => {})
      describe.each([[1]])('%s', () => {})
    `
    expect(phrases(text, 'a.test.ts')).toEqual([
      '2: works with %s',
      '5: so it closes',
      '6: and then closes',
      '7: what it closes',
    ])
  })

  it('accepts a complete title, and titles outside of tests', () => {
    expect(phrases("it('closes the socket after a timeout', () => {})", 'a.test.ts')).toEqual([])
    expect(phrases("it('works', () => {})", 'a.ts')).toEqual([])
    const reports = Array(20).fill('rxjs#6770').join(', ')
    expect(phrases(`it('(${reports}) closes the socket after a timeout', () => {})`, 'a.test.ts')).toEqual([])
  })
})

it('exits with code 1 and prints file, line and hint if there are findings, otherwise with 0', () => {
  const { code, output } = runCheck()
  const findings = output.split('\n').filter((line) => /^\S+:\d+ {2}".+" {2}\S/.test(line))
  expect(code).toBe(findings.length > 0 ? 1 : 0)
})

function runCheck(): { code: number; output: string } {
  try {
    return {
      code: 0,
      output: execFileSync(process.execPath, [join(import.meta.dirname, 'language.mjs')], { encoding: 'utf8' }),
    }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { code: status, output: stdout }
  }
}

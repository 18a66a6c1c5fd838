import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { checkDocs, stamp } from './docsCheck.mjs'

const page = (text: string): string => `---\ndescription: A page.\n---\n\n# Title\n\n${text}\n`
const CODE = '<<< @/../examples/chat.ts#send'

/** A repository with one page in two languages, which imports one example. */
const sound: Record<string, string> = {
  'docs/.vitepress/pages.ts': "page('guide/chat', 'Chat', '聊天')",
  'docs/index.md': page('Home'),
  'docs/zh/index.md': page('首页'),
  'docs/guide/chat.md': page(`## Send\n\n${CODE}\n\nSee [home](/index.md).\n\n\`\`\`sh\n# no heading\n\`\`\``),
  'docs/zh/guide/chat.md': page(`## 发送 {#send}\n\n${CODE}\n\n见[首页](/zh/index.md)。`),
  'examples/chat.ts': '// #region send\nsend()\n// #endregion send\n',
  'examples/unused.ts': 'send()\n',
  'examples/chat.test.ts': "import './chat.ts'\n",
}

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Writes the files to a new folder and returns it. */
const repositoryWith = (changes: Record<string, string>): string => {
  const root = mkdtempSync(join(tmpdir(), 'docs-check-'))
  folders.push(root)
  for (const [path, text] of Object.entries({ ...sound, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const errorsWith = (changes: Record<string, string>): string[] => checkDocs(repositoryWith(changes)).errors

/** Errors after the same code was put in place of the import in both languages. */
const errorsWithCode = (code: string, files: Record<string, string> = {}): string[] =>
  errorsWith({
    ...files,
    ...Object.fromEntries(
      ['docs/guide/chat.md', 'docs/zh/guide/chat.md'].map((path) => [path, sound[path]!.replace(CODE, code)]),
    ),
  }).filter((error) => error.startsWith('docs/guide'))

describe('the check of the pages', () => {
  it('accepts two languages of the same structure', () => {
    expect(errorsWith({})).toEqual([])
  })

  it.each(['ts', 'tsx', 'vue', 'js', 'typescript'])('refuses a block of %s in a page', (language) => {
    expect(errorsWithCode(`\`\`\`${language}\nsend()\n\`\`\``)).toEqual([
      `docs/guide/chat.md: contains a block of ${language}; import code with <<< from a file that a test runs`,
    ])
  })

  it('refuses a block in a list, which is indented', () => {
    expect(errorsWithCode('- Send:\n\n  ```ts\n  send()\n  ```')).toHaveLength(1)
  })

  it('refuses an import of a file that does not exist', () => {
    expect(errorsWithCode('<<< @/../examples/other.ts')).toEqual([
      'docs/guide/chat.md: examples/other.ts does not exist',
    ])
  })

  it('refuses an import of a region that does not exist', () => {
    expect(errorsWithCode('<<< @/../examples/chat.ts#other')).toEqual([
      'docs/guide/chat.md: examples/chat.ts has no region other',
    ])
  })

  it.each(['// #region send\nsend()\n', 'send()\n// #endregion send\n'])(
    'refuses a region without its other mark: %j',
    (code) => {
      expect(errorsWith({ 'examples/chat.ts': code })).toContain(
        'docs/guide/chat.md: examples/chat.ts has no region send',
      )
    },
  )

  it('refuses an import of a file that no test uses', () => {
    expect(errorsWithCode('<<< @/../examples/unused.ts [Unused]')).toEqual([
      'docs/guide/chat.md: examples/unused.ts is not used by any test',
    ])
  })

  it.each(["import { a } from './unused.ts'\n", "import { a } from '../examples/unused.ts'\n"])(
    'refuses the code %j, whose import the page does not show',
    (code) => {
      const files = { 'examples/chat.ts': `// #region send\n${code}// #endregion send\n` }
      const whole = '<<< @/../examples/chat.ts'
      expect(errorsWithCode(whole, files)).toEqual([
        'docs/guide/chat.md: shows examples/chat.ts, but not examples/unused.ts, which it imports',
      ])
      expect(errorsWithCode(`${whole}\n\n<<< @/../examples/unused.ts`, files)).toEqual([])
      // A region is a part of a file.
      expect(errorsWithCode(CODE, files)).toEqual([])
    },
  )

  it('accepts code that imports a file without its extension, and tests', () => {
    const files = {
      'examples/chat.ts': "import { a } from './unused'\n",
      'examples/chat.test.ts': "import './chat.ts'\nimport { a } from './unused.ts'\n",
    }
    const code = ['chat', 'unused', 'chat.test'].map((name) => `<<< @/../examples/${name}.ts`)
    expect(errorsWithCode(code.slice(0, 2).join('\n\n'), files)).toEqual([])
    expect(errorsWithCode(code[2]!, files)).toEqual([])
  })

  it('refuses two imports without an empty line between them', () => {
    expect(errorsWithCode(`${CODE}\n${CODE}`)).toHaveLength(2)
  })

  it('refuses a page without a description and without a title', () => {
    expect(errorsWith({ 'docs/index.md': 'Home\n', 'docs/zh/index.md': '首页\n' })).toEqual(
      ['docs/index.md', 'docs/zh/index.md'].flatMap((path) => [
        `${path}: the front matter has no description`,
        `${path}: has 0 headings of level 1, expected 1`,
      ]),
    )
  })

  it('refuses a page that is missing in the list, and an entry without a page', () => {
    expect(errorsWith({ 'docs/.vitepress/pages.ts': "page('guide/other', 'Other', '其他')" })).toEqual([
      'docs/guide/chat.md: is missing in pages.ts',
      'docs/.vitepress/pages.ts: docs/guide/other.md does not exist',
    ])
  })

  it('refuses a page in only one language', () => {
    expect(errorsWith({ 'docs/zh/guide/more.md': page('') })).toEqual([
      'docs/guide/more.md: does not exist, only the other language does',
    ])
  })

  it('refuses a translation with other headings or other code', () => {
    expect(errorsWith({ 'docs/zh/guide/chat.md': page('### 发送 {#send}') })).toEqual([
      'docs/zh/guide/chat.md: has 0 headings of level 2, docs/guide/chat.md has 1',
      'docs/zh/guide/chat.md: has 1 headings of level 3, docs/guide/chat.md has 0',
      'docs/zh/guide/chat.md: only one language imports examples/chat.ts#send',
    ])
  })

  it('refuses a Chinese heading without the anchor of the English one', () => {
    const chinese = sound['docs/zh/guide/chat.md']!
    expect(errorsWith({ 'docs/zh/guide/chat.md': chinese.replace(' {#send}', '') })).toEqual([
      'docs/zh/guide/chat.md: the heading "发送" needs the anchor of the English one: {#…}',
    ])
    const english = sound['docs/guide/chat.md']!.replace('## Send', '## Send {#sending}')
    expect(errorsWith({ 'docs/guide/chat.md': english })).toEqual([
      'docs/zh/guide/chat.md: no heading has the anchor {#sending}',
    ])
  })

  it('refuses a link from a Chinese page to an English one', () => {
    expect(errorsWith({ 'docs/zh/index.md': page('[聊天](/guide/chat.md)') })).toEqual([
      'docs/zh/index.md: links to the English page /guide/chat.md; expected /zh/guide/chat.md',
    ])
  })

  it('warns if the English text has changed since the translation, and ignores changes of code', () => {
    const root = repositoryWith({})
    stamp(root, [])
    expect(checkDocs(root)).toEqual({ errors: [], warnings: [] })
    const path = join(root, 'docs/guide/chat.md')
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n\`\`\`sh\nnpm test\n\`\`\`\n`)
    expect(checkDocs(root).warnings).toEqual([])
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nMore text.\n`)
    expect(checkDocs(root)).toEqual({
      errors: [],
      warnings: ['docs/zh/guide/chat.md: docs/guide/chat.md has changed since'],
    })
  })
})

// Copies the files of `examples/` into the READMEs, where a comment before a code block names one: `<!-- from examples/plain.ts -->`.
// Also writes the address of the repository, the `homepage` of package.json, into absolute links to it. Run it after changing an example or
// the address; a test fails if a copy is outdated.

import { readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')

/** The documents that contain code for users. */
export const readmes = [
  'README.md',
  'README.zh-CN.md',
  'CONTRIBUTING.md',
  'packages/core/README.md',
  'packages/vue/README.md',
  'packages/react/README.md',
  'packages/server/README.md',
  'packages/server/CAPACITY.md',
  'packages/server/PROTOCOL.md',
  'packages/server/TESTS.md',
]

/** The address of the repository. @type {string} */
export const homepage = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).homepage

const ADDRESS = /https:\/\/github\.com\/[\w-]+\/holdfast\b/g
const BLOCK = /^<!-- from (\S+) -->\n\n?```.*\n[^]*?^```$/gm

/**
 * Returns the text with the snippets of the current files and the current address. The opening comment of a file is for maintainers and is left out.
 * @param {string} markdown
 */
export const withSnippets = (markdown) =>
  markdown.replace(ADDRESS, homepage).replaceAll(BLOCK, (_, /** @type {string} */ path) => {
    const code = readFileSync(join(root, path), 'utf8').replace(/^\/\*\*[^]*?\*\/\n+/, '')
    return `<!-- from ${path} -->\n\n\`\`\`${extname(path).slice(1)}\n${code.trimEnd()}\n\`\`\``
  })

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const path of readmes) {
    const file = join(root, path)
    const before = readFileSync(file, 'utf8')
    const after = withSnippets(before)
    if (after !== before) console.log(`${path}: snippets updated`)
    writeFileSync(file, after)
  }
}

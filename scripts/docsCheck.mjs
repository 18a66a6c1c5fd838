// `npm run docs:check`: checks the pages of `docs/` without building them. Code for users is imported from files that a test runs, and the
// English and the Chinese version of a page have the same structure. `--stamp` writes into each Chinese page the hash of its English
// version: run it after both have been compared.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {{ errors: string[], warnings: string[] }} Result */

/** Folders with code that pages may import, and with the tests that run it. */
const CODE = ['examples', 'playground', 'laboratory', 'starters']
const TEST = /\.test\.tsx?$/
const FENCE = /^ *(`{3,}|~{3,}) *(\w*)[^]*?^ *\1 *$/gm
const IMPORT = /^( *)<<< *(\S+?)(?:#([\w-]+))?(?: *\{[^}]*\})?(?: *\[[^\]]*\])? *$/gm
const FRONT_MATTER = /^---\n([^]*?)\n---\n/
const USER_CODE = /^(ts|tsx|mts|cts|js|jsx|mjs|cjs|vue|typescript|javascript)$/i

/**
 * @param {string} root the folder of the repository
 * @returns {Result}
 */
export function checkDocs(root) {
  const pages = pagesOf(root)
  const chinese = pages.filter((path) => path.startsWith('zh/')).map((path) => path.slice(3))
  const english = pages.filter((path) => !path.startsWith('zh/'))
  const covered = coveredFiles(root)
  const errors = [
    ...pages.flatMap((path) => checkPage(root, path, covered).map((error) => `docs/${path}: ${error}`)),
    ...checkList(root, english),
    ...missing(english, chinese, 'zh/'),
    ...missing(chinese, english, ''),
  ]
  const both = english.filter((path) => chinese.includes(path))
  return {
    errors: [...errors, ...both.flatMap((path) => comparePages(root, path))],
    warnings: both.flatMap((path) => (isStale(root, path) ? [`docs/zh/${path}: docs/${path} has changed since`] : [])),
  }
}

/** The paths of all pages below `docs/`. */
function pagesOf(/** @type {string} */ root) {
  return filesBelow(join(root, 'docs'), /\.md$/).sort()
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {string[]} relative to the folder
 */
function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return pattern.test(entry.name) ? [entry.name] : []
    if (!entry.isDirectory() || /^(node_modules|dist|public|\..*)$/.test(entry.name)) return []
    return filesBelow(join(folder, entry.name), pattern).map((file) => `${entry.name}/${file}`)
  })
}

/**
 * Each page is in the list for the side bar.
 * @param {string} root
 * @param {string[]} english
 */
function checkList(root, english) {
  const listed = [...readFileSync(join(root, 'docs/.vitepress/pages.ts'), 'utf8').matchAll(/\bpage\('([^']+)'/g)].map(
    ([, path]) => `${path}.md`,
  )
  return [
    ...english
      .filter((path) => path !== 'index.md' && !listed.includes(path))
      .map((path) => `docs/${path}: is missing in pages.ts`),
    ...listed
      .filter((path) => !english.includes(path))
      .map((path) => `docs/.vitepress/pages.ts: docs/${path} does not exist`),
  ]
}

/**
 * @param {string[]} pages
 * @param {string[]} others
 * @param {string} prefix of the others
 */
const missing = (pages, others, prefix) =>
  pages
    .filter((path) => !others.includes(path))
    .map((path) => `docs/${prefix}${path}: does not exist, only the other language does`)

/**
 * @param {string} root
 * @param {string} path
 * @param {Set<string>} covered
 * @returns {string[]}
 */
function checkPage(root, path, covered) {
  const text = read(root, path)
  const errors = []
  if (!/^description: *\S/m.test(FRONT_MATTER.exec(text)?.[1] ?? '')) errors.push('the front matter has no description')
  const titles = headings(text).filter((level) => level === 1).length
  if (titles !== 1) errors.push(`has ${titles} headings of level 1, expected 1`)
  for (const { 2: language = '' } of text.matchAll(FENCE))
    if (USER_CODE.test(language))
      errors.push(`contains a block of ${language}; import code with <<< from a file that a test runs`)
  for (const { file, region, spaced, line } of importsOf(text)) {
    if (!spaced) errors.push(`needs an empty line before and after "${line.trim()}", for the text version of the page`)
    errors.push(...checkImport(root, file, region, covered))
  }
  errors.push(...hiddenImports(root, importsOf(text)))
  if (path.startsWith('zh/'))
    for (const { 1: link } of text.matchAll(/\]\((\/(?!zh\/)[^)]*\.md[^)]*)\)/g))
      errors.push(`links to the English page ${link}; expected /zh${link}`)
  return errors
}

/**
 * @param {string} root
 * @param {string} file relative to the root
 * @param {string | undefined} region
 * @param {Set<string>} covered
 * @returns {string[]}
 */
function checkImport(root, file, region, covered) {
  if (!existsSync(join(root, file))) return [`${file} does not exist`]
  const code = readFileSync(join(root, file), 'utf8')
  const marks = (/** @type {string} */ word) => new RegExp(`(//|<!--|#|/\\*) *#?${word} ${region}\\b`).test(code)
  const errors = region && !(marks('region') && marks('endregion')) ? [`${file} has no region ${region}`] : []
  return covered.has(file) ? errors : [...errors, `${file} is not used by any test`]
}

/**
 * The files that the code of a page imports, and the page does not show.
 * @param {string} root
 * @param {{ file: string, region: string | undefined }[]} imports
 * @returns {string[]}
 */
function hiddenImports(root, imports) {
  const shown = imports.flatMap(({ file }) => [file, file.replace(/\.\w+$/, '')])
  const whole = imports.filter(({ file, region }) => !region && !TEST.test(file) && existsSync(join(root, file)))
  return whole.flatMap(({ file }) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/ from '(\.\.?\/[^']+)'/g)]
      .map(({ 1: name = '' }) => posix.join(posix.dirname(file), name))
      .filter((target) => !shown.includes(target))
      .map((target) => `shows ${file}, but not ${target}, which it imports`),
  )
}

/** All imports of a page, in order. Their paths are relative to the root. */
function importsOf(/** @type {string} */ text) {
  const lines = text.split('\n')
  return [...text.matchAll(IMPORT)].map(({ index, 0: line, 2: path = '', 3: region }) => {
    const number = text.slice(0, index).split('\n').length - 1
    const spaced = [lines[number - 1], lines[number + 1]].every((neighbour = '') => neighbour.trim() === '')
    return { file: posix.join('docs', path.replace(/^@\/?/, '')), region, spaced, line }
  })
}

/**
 * The files that tests use: their imports, and the files that they name relative to themselves or to `examples/`, and so on. The starters
 * are built and opened as whole folders.
 * @param {string} root
 */
function coveredFiles(root) {
  const files = CODE.flatMap((folder) => filesBelow(join(root, folder), /./).map((file) => `${folder}/${file}`))
  const all = new Set(files)
  const covered = new Set(files.filter((file) => TEST.test(file) || file.startsWith('starters/')))
  for (const file of covered) {
    if (!/\.(tsx?|vue|mjs|js|html)$/.test(file)) continue
    const code = readFileSync(join(root, file), 'utf8')
    for (const { 1: name = '' } of code.matchAll(/['"`]([\w@./-]+)['"`]/g))
      for (const folder of [dirname(file), 'examples']) {
        const target = posix.join(folder, name)
        if (all.has(target)) covered.add(target)
      }
  }
  return covered
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
function comparePages(root, path) {
  const [english, chinese] = [read(root, path), read(root, `zh/${path}`)]
  const errors = []
  for (const level of [1, 2, 3, 4]) {
    const [ours, theirs] = [english, chinese].map((text) => headings(text).filter((each) => each === level).length)
    if (ours !== theirs)
      errors.push(`docs/zh/${path}: has ${theirs} headings of level ${level}, docs/${path} has ${ours}`)
  }
  // Links to a heading work in both languages, and the link to the other language keeps the place on the page.
  for (const [, heading = ''] of withoutCode(chinese).matchAll(/^##+ (.*)$/gm))
    if (/\p{Script=Han}/u.test(heading) && !/ \{#[\w-]+\}$/.test(heading))
      errors.push(`docs/zh/${path}: the heading "${heading}" needs the anchor of the English one: {#…}`)
  for (const id of anchors(english))
    if (!anchors(chinese).includes(id)) errors.push(`docs/zh/${path}: no heading has the anchor {#${id}}`)
  const [ours = [], theirs = []] = [english, chinese].map((text) =>
    importsOf(text).map(({ file, region = '' }) => `${file}#${region}`),
  )
  const differing = [...ours.filter((each) => !theirs.includes(each)), ...theirs.filter((each) => !ours.includes(each))]
  if (differing.length > 0) errors.push(`docs/zh/${path}: only one language imports ${differing.join(', ')}`)
  return errors
}

/** The levels of the headings, without those in code. */
const headings = (/** @type {string} */ text) =>
  [...withoutCode(text).matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length)

/** The anchors that headings name. */
const anchors = (/** @type {string} */ text) =>
  [...withoutCode(text).matchAll(/^##+ .* \{#([\w-]+)\}$/gm)].map(([, id = '']) => id)

const withoutCode = (/** @type {string} */ text) => text.replace(FENCE, '').replace(IMPORT, '')

/** The hash of an English page, without its code. */
const hashOf = (/** @type {string} */ text) =>
  createHash('sha256').update(withoutCode(text).replace(/\s+/g, ' ')).digest('hex').slice(0, 12)

/**
 * @param {string} root
 * @param {string} path of the English page
 */
const isStale = (root, path) => !read(root, `zh/${path}`).includes(`\nsource: ${hashOf(read(root, path))}\n`)

/**
 * @param {string} root
 * @param {string} path
 */
const read = (root, path) => readFileSync(join(root, 'docs', path), 'utf8')

/**
 * Writes the hashes of the English pages into the Chinese ones.
 * @param {string} root
 * @param {string[]} only paths of English pages below `docs/`; all if empty
 */
export function stamp(root, only) {
  for (const path of pagesOf(root)) {
    if (path.startsWith('zh/') || (only.length > 0 && !only.includes(path)) || !existsSync(join(root, 'docs/zh', path)))
      continue
    const text = read(root, `zh/${path}`)
    const rest = (FRONT_MATTER.exec(text)?.[1] ?? '').replace(/^source:.*\n?/gm, '').trim()
    const front = `---\n${rest}\nsource: ${hashOf(read(root, path))}\n---\n`
    writeFileSync(join(root, 'docs/zh', path), front + text.replace(FRONT_MATTER, ''))
  }
}

if (basename(process.argv[1] ?? '') === basename(fileURLToPath(import.meta.url))) {
  const root = join(import.meta.dirname, '..')
  const [option, ...only] = process.argv.slice(2)
  if (option === '--stamp')
    stamp(
      root,
      only.map((path) => path.replace(/^docs\//, '')),
    )
  const { errors, warnings } = checkDocs(root)
  for (const warning of warnings) console.log(`warning  ${warning}`)
  for (const error of errors) console.log(`error    ${error}`)
  if (errors.length > 0) process.exitCode = 1
}

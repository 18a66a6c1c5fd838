// `npm run language`: looks for words and phrases that make comments, messages, documentation and test titles hard to read: metaphors,
// personification, and sentences without a concrete subject. CONTRIBUTING.md describes the style. Exits with 1 on a finding.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {{ line: number, phrase: string, hint: string }} Finding */

const SOURCE = /\.(ts|tsx|mts|cts|js|mjs|cjs|jsx|vue|html|css)$|^\.ci\/run$|^\.oxlintrc\.json$/
const ENGLISH = /\.md$/
const EXCLUDED = [
  /(^|\/)CHANGELOG\.md$/,
  /\.zh-CN\.md$/,
  /^docs\/zh\//,
  /^bench\/results\//,
  // Builds of an earlier version.
  /\.min\.mjs$/,
  // These two contain the words that they forbid.
  /^scripts\/language\.(mjs|test\.ts)$/,
]

/** Generated parts of documentation, from the first marker to the second. */
const GENERATED = [
  /<!-- measured: (\S+) -->[^]*?<!-- end of \1 -->/g,
  /<!-- numbers:start -->[^]*?<!-- numbers:end -->/g,
  /<!-- generated:start -->[^]*?<!-- generated:end -->/g,
]

const VERBS =
  'is|has|was|had|does|asks|begins|calls|closes|comes|connects|follows|gives|goes|holds|joins|knows|leaves|listens|misses|' +
  'needs|reads|returns|sees|sends|shows|speaks|subscribes|takes|uses|waits|wants|writes'

/** @type {readonly { pattern: string, hint: string, in?: RegExp }[]} `in` restricts a rule to some paths */
const RULES = [
  { pattern: 'whoever|whomever', hint: 'name the caller, user, client or listener' },
  { pattern: 'nobody|somebody|everybody|anybody', hint: 'name the caller, user, client or listener' },
  {
    pattern: `(?<!\\b(?:users?|people|person|developers?|maintainers?|readers?|anyone|,) )who (?:${VERBS})`,
    hint: 'use a noun as the subject: the client that joins',
  },
  { pattern: 'those who|that who', hint: 'use a noun: the clients that' },
  { pattern: 'told|tells?|telling', hint: 'emits, notifies, returns, reports, sends, passes' },
  { pattern: 'heard|hears?|hearing', hint: 'receives, listens' },
  { pattern: 'says|said', hint: 'sends, states, contains, means' },
  { pattern: 'speaks?|spoke|spoken', hint: 'uses the protocol, sends, supports' },
  { pattern: 'knows?', hint: 'stores, has, supports, recognises, can determine' },
  { pattern: 'as good', hint: 'state the equivalence: works the same way' },
  { pattern: 'of the moment', hint: 'current' },
  { pattern: 'of late|of old', hint: 'recent, earlier' },
  { pattern: 'falls? silent|fell silent|fallen silent', hint: 'stops sending, stops responding' },
  { pattern: 'last words?|without a word|first word', hint: 'the last message, without a close frame' },
  { pattern: 'bur(?:y|ies|ied)', hint: 'remove' },
  { pattern: 'pardon(?:s|ed)?', hint: 'grant a grace period' },
  { pattern: 'farewell|goodbye', hint: 'close frame, close info' },
  { pattern: 'greet(?:s|ed|ing|ings)?', hint: 'handshake, welcome' },
  { pattern: 'lies in|lies to|it lies', hint: 'has false positives and false negatives; is in' },
  { pattern: 'doors?', hint: 'handshake, entry point' },
  { pattern: '(?<!Math\\.)floors?', hint: 'layer' },
  { pattern: 'rooms?', hint: 'stream, module, space', in: /^packages\/[^/]+\/src\// },
  { pattern: 'guests?', hint: 'client, handle' },
  { pattern: 'strangers?', hint: 'an unknown client, another user' },
  { pattern: 'deeds?', hint: 'effects, actions' },
  { pattern: 'deaf|deafen(?:s|ed)?', hint: 'ignores input, unsubscribed' },
  { pattern: 'ears?', hint: 'listener, cursor' },
  { pattern: 'dice', hint: 'the random part' },
  { pattern: 'beats', hint: 'sends heartbeats' },
  { pattern: 'bears?', hint: 'has, contains, accepts' },
  { pattern: 'suffers?', hint: 'is affected' },
  { pattern: 'anew', hint: 'again, a new' },
  { pattern: 'for ever', hint: 'forever, without limit' },
  { pattern: 'in vain', hint: 'without effect, fails' },
]

/** @type {readonly { path: RegExp, phrase: RegExp, reason: string }[]} */
const ALLOWED = [
  {
    path: /^packages\/server\/src\/store\/redis\/nodes\.ts$/,
    phrase: /^heard$/,
    reason: 'a member of the messages between nodes, which must not change',
  },
  { path: /^playground\/(e2e|server)\/chat/, phrase: /^guest$/i, reason: 'the default name of a chat user' },
]

// Phrases may be wrapped to the next line.
const WORDS = new RegExp(
  `\\b(?:${RULES.map(({ pattern }) => `(${pattern.replaceAll(' ', '\\s+')})`).join('|')})\\b`,
  'gi',
)

const RIDDLE = /^(who|what|nor|it|works|and|also|so)\b/i
/** The first argument of `it(…)`, `test.skipIf(…)(…)`, `it.each(…)(…)` and similar calls. */
const TITLE = /(?:\b(?:it|test)(?:\.\w+)*(?:<[^<>]*>)?|[)`])\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])*)\1\s*,/g
const MODIFIER = /\b(it|test|describe)(?:\.\w+)+[(<`]/g
const TEST = /\.test\.tsx?$|\/test\//

/**
 * @param {string} path relative to the root
 * @param {string} text of the file
 * @returns {Finding[]} in the order of their lines
 */
export function findProblems(path, text) {
  if (!isChecked(path)) return []
  const findings = [...findWords(path, text), ...(TEST.test(path) ? findTitles(text) : [])]
  return findings.sort((a, b) => a.line - b.line)
}

/** @param {string} path relative to the root */
export function isChecked(path) {
  return (SOURCE.test(path) || ENGLISH.test(path)) && !EXCLUDED.some((pattern) => pattern.test(path))
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {Finding[]}
 */
function findWords(path, text) {
  // Blanks generated parts and joins the lines of a comment. Both replacements keep the length, so that offsets stay valid.
  const blank = (/** @type {string} */ part) => part.replace(/[^\n]/g, ' ')
  const joined = GENERATED.reduce((rest, pattern) => rest.replace(pattern, blank), text).replace(
    /\n[ \t]*(?:\/\/|\*(?!\/)|#|>)?/g,
    (part) => ' '.repeat(part.length),
  )
  return [...joined.matchAll(WORDS)].flatMap((match) => {
    const phrase = match[0].replace(/\s+/g, ' ')
    const rule = RULES[match.slice(1).findIndex((group) => group !== undefined)]
    if (!rule || (rule.in && !rule.in.test(path))) return []
    if (ALLOWED.some((allowed) => allowed.path.test(path) && allowed.phrase.test(phrase))) return []
    return [{ line: lineAt(text, match.index), phrase, hint: rule.hint }]
  })
}

/**
 * @param {string} text of a test file
 * @returns {Finding[]}
 */
function findTitles(text) {
  return [...text.matchAll(TITLE)].flatMap(({ index, 0: call, 2: title = '' }) => {
    // After a modifier such as `each(…)`, the name of the function is further up.
    const isTest = /^\w/.test(call) || /^(it|test)/.test(text.slice(0, index).match(MODIFIER)?.at(-1) ?? '')
    const hint = isTest ? titleHint(title) : undefined
    return hint ? [{ line: lineAt(text, index + call.lastIndexOf(title)), phrase: title, hint }] : []
  })
}

/** @param {string} text */
function titleHint(text) {
  // A test of public bug reports names them first: `(rxjs#6770, phoenix#3161) the fact`.
  const title = text.replace(/^\([^)]*#\d[^)]*\) /, '')
  if (RIDDLE.test(title)) return 'start a test title with a verb or a noun that names the subject'
  if (title.trim().split(/\s+/).length < 3) return 'a test title is a complete fact, at least three words'
  if (title.length > 120) return 'a test title has at most 120 characters'
  return undefined
}

/**
 * @param {string} text
 * @param {number} offset
 */
const lineAt = (text, offset) => text.slice(0, offset).split('\n').length

/** @param {string} root */
function filesOf(root) {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']
  const files = execFileSync('git', options, { cwd: root, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }).split('\0')
  return files.filter((file) => isChecked(file) && existsSync(join(root, file))).sort()
}

function main() {
  const root = join(import.meta.dirname, '..')
  /** @type {Map<string, number>} */
  const byFolder = new Map()
  for (const path of filesOf(root)) {
    for (const { line, phrase, hint } of findProblems(path, readFileSync(join(root, path), 'utf8'))) {
      console.log(`${path}:${line}  "${phrase}"  ${hint}`)
      const folder = path
        .split('/')
        .slice(0, path.startsWith('packages/') ? 3 : 1)
        .join('/')
      byFolder.set(folder, (byFolder.get(folder) ?? 0) + 1)
    }
  }
  if (byFolder.size === 0) return
  console.log(`\n${[...byFolder].map(([folder, count]) => `${folder}: ${count}`).join('\n')}`)
  process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()

// Writes measured numbers into the page `docs/more/numbers.md` and the READMEs, in both languages, between `<!-- numbers:start -->` and
// `<!-- numbers:end -->`: the sizes that size-limit measures now, and the throughput of the last complete `npm run bench`, from
// bench/results.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sizeLimits from '../.size-limit.mjs'

/** @typedef {{ name: string, size: number }} Size in bytes */
/** @typedef {{ median: number, min: number, max: number }} Spread */
/** @typedef {{ candidate: string, perSecond: Spread, speed: Spread }} Figures */
/** @typedef {{ platform: string, workload: string, rounds: number, title: string, figures: Figures[] }} Row */
/** @typedef {{ cpu: string, cores: number, memoryGiB: number, system: string, date: string, commit: string, versions: Record<string, string> }} Machine */
/** @typedef {{ machine: Machine, rows: Row[] }} Bench */

const BLOCK = /(<!-- numbers:start -->)[^]*(<!-- numbers:end -->)/

const root = join(import.meta.dirname, '..')

const english = {
  sizes: ['Import', 'Minified and gzipped', 'Budget'],
  speeds: ['Where', 'Workload', 'Bare WebSocket, messages/s', 'Holdfast, messages/s', 'Ratio (least to greatest)'],
  machine: (
    /** @type {Machine} */ { cpu, cores, memoryGiB, date, commit },
    /** @type {string} */ versions,
    /** @type {string} */ rounds,
  ) =>
    `Medians of ${rounds} rounds on ${cpu}, ${cores} cores, ${memoryGiB} GiB; ${versions}; the core at ${commit}, ${date}.`,
  workload: (/** @type {Row} */ { title }) => title,
  packages: ['Package', 'For', 'Minified and gzipped'],
  targets: {
    vue: 'Vue 3.5 and later',
    react: 'React 18 and 19',
    core: 'any framework or none; no dependencies',
    server: 'Node: the server for sessions, presence and Redis',
  },
  withCore: (/** @type {string} */ size) => `${size}, with the core`,
  withSession: (/** @type {string} */ size, /** @type {string} */ session) => `${size}; with a session ${session}`,
}

/** @type {Record<string, string>} by the bench's name */
const CHINESE_WORKLOADS = {
  'receive': '接收突发消息',
  'receive-subscribed': '接收突发消息，有渲染订阅',
  'receive-heartbeat': '接收突发消息，开启心跳',
  'send': '发送',
  'send-heartbeat': '发送，开启心跳',
}

/** @type {typeof english} */
const chinese = {
  sizes: ['引入', '压缩并 gzip 后', '上限'],
  speeds: ['环境', '场景', '原生 WebSocket（条/秒）', 'Holdfast（条/秒）', '比值（最小至最大）'],
  machine: ({ cpu, cores, memoryGiB, date, commit }, versions, rounds) =>
    `${rounds} 轮取中位数；${cpu}，${cores} 核，${memoryGiB} GiB；${versions}；核心代码版本 ${commit}，${date}。`,
  workload: ({ workload, title }) => CHINESE_WORKLOADS[workload] ?? title,
  packages: ['包', '适用于', '压缩并 gzip 后'],
  targets: {
    vue: 'Vue 3.5 及以上',
    react: 'React 18 和 19',
    core: '任何框架或不用框架；没有依赖',
    server: 'Node 服务器：会话、在线状态、Redis',
  },
  withCore: (size) => `${size}，包含 core`,
  withSession: (size, session) => `${size}；带会话 ${session}`,
}

const sizes = measureSizes()
const bench = readBench()
for (const [path, text] of Object.entries({
  'docs/more/numbers.md': block(english),
  'docs/zh/more/numbers.md': block(chinese),
  'README.md': packageTable(english),
  'README.zh-CN.md': packageTable(chinese),
})) {
  const file = join(root, path)
  const before = readFileSync(file, 'utf8')
  if (!BLOCK.test(before)) throw new Error(`${path} has lost its markers`)
  writeFileSync(
    file,
    before.replace(BLOCK, (_, start, end) => `${start}\n\n${text}\n\n${end}`),
  )
}

/** @returns {Size[]} */
function measureSizes() {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' })
  // The exit code is 1 if a budget is exceeded, but the sizes are printed in that case too.
  const { stdout } = spawnSync(process.execPath, ['node_modules/size-limit/bin.js', '--json'], {
    cwd: root,
    encoding: 'utf8',
  })
  return JSON.parse(stdout.slice(stdout.indexOf('[')))
}

/** @returns {Bench | undefined} undefined if there are no results yet */
function readBench() {
  const file = join(root, 'bench', 'results', 'throughput.json')
  if (!existsSync(file)) return undefined
  /** @type {Bench} */
  const { machine, rows } = JSON.parse(readFileSync(file, 'utf8'))
  // Only a selection of the workloads is shown.
  return { machine, rows: rows.filter(({ workload }) => workload in CHINESE_WORKLOADS) }
}

/**
 * The table of the READMEs.
 * @param {typeof english} language
 */
function packageTable({ packages, targets, withCore, withSession }) {
  const sizeOf = (/** @type {string} */ start) => {
    const found = sizes.find(({ name }) => name.startsWith(start))
    if (!found) throw new Error(`.size-limit.mjs has no entry ${start}`)
    return `${(found.size / 1000).toFixed(1)} kB`
  }
  /** @type {Record<keyof typeof targets, string>} */
  const cells = {
    vue: withCore(sizeOf('vue: useWebSocket with the core')),
    react: withCore(sizeOf('react: useWebSocket with the core')),
    core: withSession(sizeOf('core: createWebSocket'), sizeOf('core: createWebSocket with a session')),
    server: '–',
  }
  const rows = Object.entries(targets).map(([name, target]) => [
    `[\`@holdfast/${name}\`](packages/${name}/README.md)`,
    target,
    cells[/** @type {keyof typeof targets} */ (name)],
  ])
  return table(packages, rows, 3)
}

/** @param {typeof english} language */
function block(language) {
  const limits = budgets()
  const sized = sizes.map(({ name, size }) => [name, `${(size / 1000).toFixed(2)} kB`, limits.get(name) ?? ''])
  const tables = [table(language.sizes, sized, 1)]
  if (bench)
    tables.push(
      table(language.speeds, speedRows(bench, language), 2),
      language.machine(bench.machine, versions(bench.machine), rounds(bench.rows)),
    )
  return tables.join('\n\n')
}

/**
 * @param {Bench} measured
 * @param {typeof english} language
 */
function speedRows({ rows }, language) {
  return rows.map((row) => {
    const { platform, title, figures } = row
    const [bare, ours] = ['bare', 'holdfast'].map((name) => figures.find(({ candidate }) => candidate === name))
    if (!bare || !ours) throw new Error(`bench/results/throughput.json: ${title} was not measured for both`)
    const { median, min, max } = ours.speed
    const ratio = `**${median.toFixed(2)}** (${min.toFixed(2)}–${max.toFixed(2)})`
    return [platform, language.workload(row), thousands(bare), thousands(ours), ratio]
  })
}

/** @param {Figures} figures */
function thousands({ perSecond }) {
  return Math.round(perSecond.median).toLocaleString('en').replaceAll(',', ' ')
}

/** @param {Machine} machine */
function versions({ system, versions: all }) {
  // The versions of the other clients do not matter here.
  const platforms = ['Node', 'Chromium', 'ws'].map((name) => `${name} ${all[name]}`)
  return [system, ...platforms].join(', ')
}

/** The number of rounds, or its minimum and maximum. */
function rounds(/** @type {Row[]} */ rows) {
  const counts = rows.map((row) => row.rounds)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${least}` : `${least}–${most}`
}

/** The budgets as they are written in .size-limit.mjs, which size-limit would round. */
function budgets() {
  return new Map(sizeLimits.map(({ name, limit }) => [name, limit]))
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 * @param {number} textColumns the number of columns, from the left, that contain text
 */
function table(head, rows, textColumns) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column < textColumns ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  )
}

// Puts measured numbers into the READMEs, between `<!-- numbers:start -->` and `<!-- numbers:end -->`: sizes as size-limit
// measures them now, throughput as the last complete `npm run bench` left it in bench/results. Nobody types them.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

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
}

const sizes = measureSizes()
const bench = readBench()
for (const [path, words] of /** @type {const} */ ([
  ['README.md', english],
  ['README.zh-CN.md', chinese],
])) {
  const file = join(root, path)
  const text = readFileSync(file, 'utf8')
  if (!BLOCK.test(text)) throw new Error(`${path} has lost its markers`)
  writeFileSync(
    file,
    text.replace(BLOCK, (_, start, end) => `${start}\n\n${block(words)}\n\n${end}`),
  )
}

/** @returns {Size[]} */
function measureSizes() {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' })
  // Ends with 1 where a budget is exceeded, and has measured all the same.
  const { stdout } = spawnSync(process.execPath, ['node_modules/size-limit/bin.js', '--json'], {
    cwd: root,
    encoding: 'utf8',
  })
  return JSON.parse(stdout.slice(stdout.indexOf('[')))
}

/** @returns {Bench | undefined} undefined where nothing was measured yet */
function readBench() {
  const file = join(root, 'bench', 'results', 'throughput.json')
  if (!existsSync(file)) return undefined
  /** @type {Bench} */
  const { machine, rows } = JSON.parse(readFileSync(file, 'utf8'))
  // The bench has more; these say most.
  return { machine, rows: rows.filter(({ workload }) => workload in CHINESE_WORKLOADS) }
}

/** @param {typeof english} words */
function block(words) {
  const limits = budgets()
  const sized = sizes.map(({ name, size }) => [name, `${(size / 1000).toFixed(2)} kB`, limits.get(name) ?? ''])
  const tables = [table(words.sizes, sized, 1)]
  if (bench)
    tables.push(
      table(words.speeds, speedRows(bench, words), 2),
      words.machine(bench.machine, versions(bench.machine), rounds(bench.rows)),
    )
  return tables.join('\n\n')
}

/**
 * @param {Bench} measured
 * @param {typeof english} words
 */
function speedRows({ rows }, words) {
  return rows.map((row) => {
    const { platform, title, figures } = row
    const [bare, ours] = ['bare', 'holdfast'].map((name) => figures.find(({ candidate }) => candidate === name))
    if (!bare || !ours) throw new Error(`bench/results/throughput.json: ${title} was not measured for both`)
    const { median, min, max } = ours.speed
    const ratio = `**${median.toFixed(2)}** (${min.toFixed(2)}–${max.toFixed(2)})`
    return [platform, words.workload(row), thousands(bare), thousands(ours), ratio]
  })
}

/** @param {Figures} figures */
function thousands({ perSecond }) {
  return Math.round(perSecond.median).toLocaleString('en').replaceAll(',', ' ')
}

/** @param {Machine} machine */
function versions({ system, versions: all }) {
  // The other clients have no part in these rows.
  const platforms = ['Node', 'Chromium', 'ws'].map((name) => `${name} ${all[name]}`)
  return [system, ...platforms].join(', ')
}

/** How many rounds the rows had: one number, or the least and the greatest. */
function rounds(/** @type {Row[]} */ rows) {
  const counts = rows.map((row) => row.rounds)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${least}` : `${least}–${most}`
}

/** As they are written in package.json, not as size-limit rounds them. */
function budgets() {
  /** @type {{ name: string, limit: string }[]} */
  const entries = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))['size-limit']
  return new Map(entries.map(({ name, limit }) => [name, limit]))
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 * @param {number} words columns that are no numbers, from the left
 */
function table(head, rows, words) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column < words ? '---' : '--:'))), ...rows.map(line)].join('\n')
}

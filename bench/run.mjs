// `npm run bench`: how fast messages pass through the core, beside the bare WebSocket in the same run. See README.md.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium } from '../scripts/findChromium.mjs'
import { chromiumAdvice } from '../scripts/installChromium.mjs'
import { buildBundles } from './buildBundles.mjs'
import { startChild } from './child.mjs'
import { measure } from './measure.mjs'
import { createChromiumPlatform, createNodePlatform } from './platforms.mjs'
import { describeMachine, machineLine, markdownTable, writeResults } from './report.mjs'
import { workloads } from './workloads/index.mjs'

const HELP = `npm run bench -- [options]

  --quick             fewer and smaller rounds, about half a minute
  --platform <name>   node or chromium; both without it
  --only <text>       workloads whose name contains it: ${workloads.map(({ name }) => name).join(', ')}
  --rounds <n>        exactly so many, 1 to 99; else 3 to 9 as time allows
  --profile <folder>  write a CPU profile of each place there, for Chromium's DevTools
  --help

Only a complete run, without options, writes results.json and the table in README.md. It fails when messages are lost or doubled or
a round does not end; never for being slow. CHROMIUM names the browser, where it is not found by itself.`

const options = readOptions()
if (options) await run(options)

/** Of the command line; undefined where there is nothing to run. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        platform: { type: 'string' },
        only: { type: 'string', default: '' },
        rounds: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    const { quick, only, help, profile, platform } = values
    if (help) {
      console.log(HELP)
      return undefined
    }
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0 && rounds < 100)) throw new Error(`--rounds ${values.rounds}: expected 1 to 99`)
    if (platform !== undefined && !/^(node|chromium)$/.test(platform)) throw new Error(`--platform ${platform}: expected node or chromium`)
    const chosen = workloads.filter(({ name }) => name.includes(only))
    if (chosen.length === 0) throw new Error(`--only ${only}: no workload is called so`)
    const effort = quick ? { rounds: 2, mostRounds: 3, seconds: 1 } : { rounds: 3, mostRounds: 9, seconds: 15 }
    return {
      effort: rounds ? { rounds, mostRounds: rounds, seconds: 0 } : effort,
      quick,
      profile,
      platform,
      chosen,
      complete: !quick && !rounds && !platform && !only && !profile,
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
    process.exitCode = 2
    return undefined
  }
}

/** @param {NonNullable<ReturnType<typeof readOptions>>} options */
async function run({ effort, quick, profile, platform, chosen, complete }) {
  const bundles = await buildBundles()
  const server = startChild(join(import.meta.dirname, 'server.mjs'))
  /** @type {import('./platforms.mjs').Platform[]} */
  const platforms = []
  try {
    const port = await server.hear(10_000)
    if (platform !== 'chromium') platforms.push(createNodePlatform(bundles.node, profile))
    if (platform !== 'node') platforms.push(await createChromiumPlatform(bundles.page, chromiumPath(), profile))
    const machine = describeMachine(platforms)
    console.log(`${machineLine(machine)}\n`)
    const rows = []
    for (const where of platforms) {
      for (const workload of chosen) {
        const messages = quick ? where.few : workload.messages
        const measured = await measure(where, port, workload.name, { messages, warmUp: where.few, ...effort })
        rows.push({ platform: where.name, workload: workload.name, title: workload.title, messages, ...measured })
        console.log(`${where.name}, ${workload.title}: ${measured.figures.map(summary).join(', ')}`)
      }
    }
    console.log(`\n${markdownTable(rows)}\n\nMedians; ratios (least–greatest) to bare in the same round, above 1 is better.`)
    if (complete) writeResults(machine, rows)
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  } finally {
    await Promise.all([server.end(), ...platforms.map(({ close }) => close())])
  }
}

/** @param {import('./measure.mjs').Figures} figures */
function summary({ candidate, perSecond, speed }) {
  return `${candidate} ${Math.round(perSecond.median / 1000)} k/s (${speed.median.toFixed(2)})`
}

function chromiumPath() {
  const path = findChromium()
  if (!path) throw new Error(`No Chromium. ${chromiumAdvice}`)
  return path
}

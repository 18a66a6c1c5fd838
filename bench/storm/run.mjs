// `npm run bench:storm`: clients lose their node and reconnect to another. After a drain they arrive evenly; after a crash, in the first
// window of the backoff. Prints how many arrive per 100 ms, and fails if they exceed their bound.

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildBundle } from '../buildBundle.mjs'
import { startChild } from '../child.mjs'
import { describeMachine, machineLine } from '../machine.mjs'
import { STEP, countPerStep, drawHistogram } from './histogram.mjs'

const { values } = parseArgs({
  options: { clients: { type: 'string', default: '2000' }, window: { type: 'string', default: '10000' } },
})
const clients = Number(values.clients)
const drainWindow = Number(values.window)
/** The policy's wait before the first attempt: 250 + U(0, 1000) ms. */
const FIRST = { from: 250, to: 1250 }
/** If the machine is late by more than this, in ms, arrivals that were planned one after the other coincide. */
const BEHIND = 200
const PATIENCE = 60_000

const nodePath = await buildBundle(fileURLToPath(new URL('nodeEntry.mjs', import.meta.url)))
const clientsPath = await buildBundle(fileURLToPath(new URL('clientsEntry.mjs', import.meta.url)))

/** @param {{ drain: number } | 'die'} end of the first node */
async function storm(end) {
  const children = [startChild(nodePath), startChild(nodePath)]
  const [a, b] = /** @type {[typeof children[0], typeof children[0]]} */ (children)
  try {
    const from = `ws://127.0.0.1:${await a.receive(PATIENCE)}`
    const to = `ws://127.0.0.1:${await b.receive(PATIENCE)}`
    const crowd = startChild(clientsPath, ['--max-semi-space-size=64'], [String(clients), from])
    children.push(crowd)
    await crowd.receive(PATIENCE)
    crowd.send(to)
    const begin = performance.timeOrigin + performance.now()
    a.send(end)
    const answer = await crowd.receive(PATIENCE)
    b.send('report')
    const since = (/** @type {number[]} */ times) => times.map((time) => time - begin)
    return {
      failed: answer.failed,
      losses: since(answer.losses),
      plans: since(answer.plans),
      arrivals: since(await b.receive(PATIENCE)),
    }
  } finally {
    await Promise.all(children.map((child) => child.end()))
  }
}

console.log(machineLine(describeMachine(undefined, ['ws'], ['core', 'server'])))
/** @type {string[]} */
const failures = []
const expectAtMost = (/** @type {string} */ what, /** @type {number} */ value, /** @type {number} */ most) => {
  console.log(`${what}: ${Math.round(value)}, at most ${Math.round(most)}`)
  if (!(value <= most)) failures.push(what)
}

/** @param {{ losses: number[], plans: number[], arrivals: number[] }} storm @param {number} bound */
function draw({ losses, plans, arrivals }, bound) {
  console.log(`${drawHistogram(countPerStep(arrivals), countPerStep(plans), bound)}\n`)
  const [known, planned, arrived] = [losses, plans, arrivals].map((times) => Math.round(Math.max(...times)))
  console.log(
    `the last knew of it after ${known} ms, meant to dial after ${planned} ms, and arrived after ${arrived} ms`,
  )
}

{
  console.log(`\n# ${clients} clients, drained over ${drainWindow} ms: arrivals at the other node per ${STEP} ms\n`)
  const bound = (2 * clients * STEP) / drainWindow
  const result = await storm({ drain: drainWindow })
  draw(result, bound)
  expectAtMost(
    `most per ${STEP} ms (twice the mean over the window)`,
    Math.max(...countPerStep(result.arrivals)),
    bound,
  )
  expectAtMost(
    'the last means to dial, in ms (the window, and the hint of 1000 ms)',
    Math.max(...result.plans),
    drainWindow + 1500,
  )
  expectAtMost('dials that failed', result.failed, 0)
}
{
  const predicted = (clients * STEP) / (FIRST.to - FIRST.from)
  console.log(
    `\n# ${clients} clients, node killed: arrivals per ${STEP} ms; the policy has ${predicted} from ${FIRST.from} to ${FIRST.to} ms\n`,
  )
  const result = await storm('die')
  // Random variation: four standard deviations of one bin. In a busy process some arrivals coincide.
  const chance = predicted + 4 * Math.sqrt(predicted)
  const bound = 1.5 * predicted
  draw(result, bound)
  const waits = result.plans.map((plan, index) => plan - /** @type {number} */ (result.losses[index]))
  expectAtMost(
    `most planned per ${STEP} ms (what the policy has, and chance)`,
    Math.max(...countPerStep(waits)),
    chance,
  )
  expectAtMost('longest wait planned, in ms', Math.max(...waits), FIRST.to + 5)
  expectAtMost('how much less the shortest is than the minimum, in ms', FIRST.from - Math.min(...waits), 5)
  const behind = Math.max(...result.arrivals) - Math.max(...result.plans)
  const peak = Math.max(...countPerStep(result.arrivals))
  if (behind < BEHIND) expectAtMost(`most arrivals per ${STEP} ms (half as many again as the policy has)`, peak, bound)
  else
    console.log(
      `most arrivals per ${STEP} ms: ${peak}, not judged: this machine is ${Math.round(behind)} ms behind the plan`,
    )
  expectAtMost('dials that failed', result.failed, 0)
}
for (const failure of failures) console.log(`FAILED: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0

// The clients of the storm, all in one process: the real core with a session, over `ws`, all options as they come. They are told where to
// dial (as a balancer would do it), and tell when all are open there.

import { WebSocket } from 'ws'
import { createWebSocket } from '../../packages/core/src/index.ts'
import { session } from '../../packages/core/src/session/index.ts'

/** Dialled at once at the beginning, so that nothing fails before the storm. */
const BATCH = 100

const count = Number(process.argv[2])
let url = `${process.argv[3]}`
let open = 0
let failed = 0
/** @type {number[]} epoch ms at which each knew that its node was gone */
const losses = []
/** @type {number[]} epoch ms at which each means to dial: the policy, before the machine has a say */
const plans = []
/** @type {() => void} */
let batchOpen = () => {}

const tell = (/** @type {unknown} */ word) => process.send?.(word)
const now = () => performance.timeOrigin + performance.now()

/** @param {string} next where to dial from now on */
function move(next) {
  url = next
  open = 0
  failed = 0
  losses.length = 0
  plans.length = 0
}

process.on('disconnect', () => process.exit())
process.on('message', move)
for (let begun = 0; begun < count; begun += BATCH) {
  const most = Math.min(count, begun + BATCH)
  const opened = new Promise((resolve) => {
    batchOpen = () => open === most && resolve(undefined)
  })
  for (let index = begun; index < most; index++) dial()
  await opened
}
batchOpen = () => open === count && tell({ failed, losses, plans })
batchOpen()

function dial() {
  const client = createWebSocket(() => url, { WebSocket: /** @type {any} */ (WebSocket), session: session() })
  let up = false
  client.on('open', () => {
    up = true
    open++
    batchOpen()
  })
  client.on('close', () => {
    if (up) losses.push(now())
    else failed++
    up = false
  })
  client.on('retry', ({ retryAt }) => plans.push(retryAt))
}

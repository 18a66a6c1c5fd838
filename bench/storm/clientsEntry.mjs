// The clients of the storm, all in one process: the real core with a session, over `ws`, with default options. The parent sends the URL to
// connect to, as a load balancer would choose it, and receives a message when all clients are connected there.

import { WebSocket } from 'ws'
import { createWebSocket } from '../../packages/core/src/index.ts'
import { session } from '../../packages/core/src/session/index.ts'

/** How many clients connect at once in the beginning, so that none fails before the storm. */
const BATCH = 100

const count = Number(process.argv[2])
let url = `${process.argv[3]}`
let open = 0
let failed = 0
/** @type {number[]} epoch ms at which each client detected the loss of its node */
const losses = []
/** @type {number[]} epoch ms of the planned attempt of each client, without delays of the machine */
const plans = []
/** @type {() => void} */
let batchOpen = () => {}

const sendToParent = (/** @type {unknown} */ message) => process.send?.(message)
const now = () => performance.timeOrigin + performance.now()

/** @param {string} next the URL to connect to from now on */
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
batchOpen = () => open === count && sendToParent({ failed, losses, plans })
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

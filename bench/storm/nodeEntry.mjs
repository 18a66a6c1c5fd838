// A node of the storm: a real hub with the memory store. It records the times of upgrades, and handles `{ drain }`, `die` and `report`.

import { createServer } from 'node:http'
import { createHub } from '../../packages/server/src/hub.ts'

const sendToParent = (/** @type {unknown} */ message) => process.send?.(message)
/** @type {number[]} epoch ms */
const arrivals = []
const http = createServer()
http.on('upgrade', () => arrivals.push(performance.timeOrigin + performance.now()))
const hub = createHub({ server: http })
process.on('disconnect', () => process.exit())
process.on('message', async (/** @type {'die' | 'report' | { drain: number }} */ message) => {
  if (message === 'die') process.kill(process.pid, 'SIGKILL')
  else if (message === 'report') sendToParent(arrivals)
  else await hub.drain({ window: message.drain })
})
http.listen(0, '127.0.0.1', 4096, () => sendToParent(hub.port))

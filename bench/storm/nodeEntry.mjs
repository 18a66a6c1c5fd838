// A node of the storm: a real hub with the memory of its process. It notes when upgrades arrive; obeys `{ drain }`, `die` and `report`.

import { createServer } from 'node:http'
import { createHub } from '../../packages/server/src/hub.ts'

const tell = (/** @type {unknown} */ word) => process.send?.(word)
/** @type {number[]} epoch ms */
const arrivals = []
const http = createServer()
http.on('upgrade', () => arrivals.push(performance.timeOrigin + performance.now()))
const hub = createHub({ server: http })
process.on('disconnect', () => process.exit())
process.on('message', async (/** @type {'die' | 'report' | { drain: number }} */ word) => {
  if (word === 'die') process.kill(process.pid, 'SIGKILL')
  else if (word === 'report') tell(arrivals)
  else await hub.drain({ window: word.drain })
})
http.listen(0, '127.0.0.1', 4096, () => tell(hub.port))

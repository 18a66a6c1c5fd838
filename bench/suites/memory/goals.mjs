// The project's goals for memory.

import { bytes } from '../../markdown.mjs'

/**
 * @param {readonly import('./index.mjs').MemoryRow[]} rows
 * @returns {import('../suite.mjs').Goal[]}
 */
export function goals(rows) {
  const ours = rows.find(({ candidate, heartbeat }) => candidate === 'holdfast' && !heartbeat)
  const beating = rows.find(({ candidate, heartbeat }) => candidate === 'holdfast' && heartbeat)
  const ofClass = rows.find(({ candidate }) => candidate === 'holdfast class')
  if (!ours || !beating) return []
  const timers = Math.max(ours.timersAtOnce, ours.timersLater, beating.timersAtOnce, beating.timersLater)
  const allocated = Math.max(ours.received, ours.sent)
  return [
    {
      goal: 'heap per idle client beyond bare, Node: at most 2.0 kB',
      measured: bytes(ours.beyond),
      met: ours.beyond <= 2000,
    },
    ...(ofClass
      ? [
          {
            goal: 'heap per idle `ReconnectingWebSocket` beyond bare, Node: at most 4.0 kB',
            measured: bytes(ofClass.beyond),
            met: ofClass.beyond <= 4000,
          },
        ]
      : []),
    { goal: 'live timers per idle client, heartbeat included: at most 1', measured: `${timers}`, met: timers <= 1 },
    {
      goal: 'allocated per message beyond the event and the decoded value: nothing',
      measured: `${bytes(Math.round(ours.received))} received, ${bytes(Math.round(ours.sent))} sent`,
      met: Math.round(allocated) <= 0,
    },
  ]
}

// The events of the connection, newest at the bottom, and the counts of the session. Twin of VueLog.vue.
import { type ReactElement, memo } from 'react'
import { describeTime } from '../describeTime.ts'
import type { EventLog, LogLine } from '../eventLog.ts'
import type { Store } from '../store.ts'
import { type SessionCounts, describeCounts, toneOf } from '../sessionCounter.ts'
import { useStore } from './useStore.ts'

const Line = memo(function Line({ line: { at, type, text, count } }: { line: LogLine }): ReactElement {
  return (
    <li data-type={type}>
      <time>{describeTime(at)}</time>
      <b>{type}</b>
      <span>{text}</span>
      {count > 1 && <i>×{count.toLocaleString()}</i>}
    </li>
  )
})

/** The log. */
export function ReactLog({ log, counts: store }: { log: EventLog; counts: Store<SessionCounts> }): ReactElement {
  const lines = useStore(log.lines)
  const counts = useStore(store)
  return (
    <>
      <div className="log-head">
        <h3>Events</h3>
        <p className="counts" data-tone={toneOf(counts)} data-testid="react-counts">
          {describeCounts(counts)}
        </p>
        <button type="button" className="quiet" data-testid="react-clear" onClick={() => log.clear()}>
          Clear
        </button>
      </div>
      <div
        className="scroll log"
        role="log"
        aria-live="off"
        aria-label="Events, React"
        tabIndex={0}
        data-testid="react-log"
      >
        <ol>
          {lines.map((line) => (
            <Line key={line.key} line={line} />
          ))}
        </ol>
      </div>
    </>
  )
}

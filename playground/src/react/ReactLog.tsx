// What happened to the connection, newest below, and what it came to. Twin of VueLog.vue.
import { type ReactElement, memo } from 'react'
import { describeTime } from '../describeTime.ts'
import type { EventLog, LogLine } from '../eventLog.ts'
import type { Store } from '../store.ts'
import { type Tally, describeTally, hasTrouble } from '../sessionCounter.ts'
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
export function ReactLog({ log, tally }: { log: EventLog; tally: Store<Tally> }): ReactElement {
  const lines = useStore(log.lines)
  const counts = useStore(tally)
  return (
    <>
      <div className="log-head">
        <h3>Events</h3>
        <p className={`tally ${hasTrouble(counts) ? 'trouble' : ''}`} data-testid="react-tally">
          {describeTally(counts)}
        </p>
        <button type="button" className="quiet" data-testid="react-clear" onClick={() => log.clear()}>
          Clear
        </button>
      </div>
      <div
        className="scroll log"
        role="log"
        aria-relevant="additions"
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

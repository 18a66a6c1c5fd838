// The state of the connection. Only this component renders when it changes. Twin of VueStatus.vue.
import { useWebSocket } from '@holdfast/react'
import type { ReactElement } from 'react'
import { describeClose } from '../describeEvent.ts'
import { describeWait } from '../describeTime.ts'
import type { Panel, PlaygroundClient } from '../panel.ts'
import { useCountdown } from './useCountdown.ts'
import { useStore } from './useStore.ts'

/** The status, the countdown and the facts. */
export function ReactStatus({ client, panel }: { client: PlaygroundClient; panel: Panel }): ReactElement {
  const { status, retryAt, attempt, latency, queued, received, lastClose } = useWebSocket(client)
  const { pending } = useStore(panel.conversation.state)
  const left = useCountdown(retryAt)

  return (
    <>
      <div className="status" data-status={status}>
        <p className="badge" role="status" data-testid="react-status">
          {status}
        </p>
        <p className="countdown">
          {left !== undefined ? (
            <>
              next attempt in <b data-testid="react-countdown">{describeWait(left)}</b>
            </>
          ) : (
            attempt > 0 && `attempt ${attempt}…`
          )}
        </p>
      </div>
      <dl className="facts">
        <div>
          <dt>Attempt</dt>
          <dd data-testid="react-attempt">{attempt}</dd>
        </div>
        <div>
          <dt>Latency</dt>
          <dd data-testid="react-latency">{latency === undefined ? '–' : `${latency.toFixed(0)} ms`}</dd>
        </div>
        <div>
          <dt>Queued</dt>
          <dd data-testid="react-queued">{queued + pending.length}</dd>
        </div>
        <div>
          <dt>Received</dt>
          <dd data-testid="react-received">{received}</dd>
        </div>
        <div className="wide">
          <dt>Last close</dt>
          <dd data-testid="react-last-close">{lastClose ? describeClose(lastClose) : '–'}</dd>
        </div>
      </dl>
    </>
  )
}

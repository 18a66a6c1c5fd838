// The state of the connection. Twin of VueStatus.vue.
import { useWebSocket } from '@holdfast/react'
import type { ReactElement } from 'react'
import { describeClose } from '../describeClose.ts'
import { describeWait } from '../describeTime.ts'
import type { Panel, PlaygroundClient } from '../panel.ts'
import type { Wire } from '../wire/wire.ts'
import { ReactTimeline } from './ReactTimeline.tsx'
import { useCountdown } from './useCountdown.ts'
import { useStore } from './useStore.ts'

interface ReactStatusProps {
  client: PlaygroundClient
  panel: Panel
  wire: Wire
}

/** The status, the countdown and the facts. */
export function ReactStatus({ client, panel, wire }: ReactStatusProps): ReactElement {
  const { status, retryAt, attempt, latency, queued, received, lastClose } = useWebSocket(client)
  const { pending } = useStore(panel.conversation.state)
  const { isLate: isPingLate, silence } = useStore(wire.state)
  const isLate = status === 'open' && isPingLate
  const left = useCountdown(retryAt)

  return (
    <>
      <div className="status" data-status={status} data-late={isLate}>
        <p className="badge" role="status" data-testid="react-status">
          {status + (isLate ? ', no answer' : '')}
        </p>
      </div>
      <p className="silence" data-late={isLate} data-testid="react-silence">
        {attempt > 0 && (
          <>
            attempt <b data-testid="react-attempt">{attempt}</b>
            {left === undefined ? (
              '… '
            ) : (
              <>
                {' '}
                in <b data-testid="react-countdown">{describeWait(left)}</b>{' '}
              </>
            )}
          </>
        )}
        {silence}
      </p>
      <ReactTimeline wire={wire} />
      <dl className="facts">
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
          <dd data-testid="react-last-close" title={lastClose && describeClose(lastClose)}>
            {lastClose ? describeClose(lastClose) : '–'}
          </dd>
        </div>
      </dl>
    </>
  )
}

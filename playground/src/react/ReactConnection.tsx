// One connection and its controls. Twin of VueConnection.vue.
import { useMessage, useWebSocket } from '@holdfast/react'
import { type ReactElement, useLayoutEffect } from 'react'
import type { Panel } from '../panel.ts'
import type { Connecting } from '../playground.ts'
import { ReactChat } from './ReactChat.tsx'
import { ReactLog } from './ReactLog.tsx'
import { ReactName } from './ReactName.tsx'
import { ReactStatus } from './ReactStatus.tsx'

/** The connection. */
export function ReactConnection({ panel, source, options, wire }: { panel: Panel } & Connecting): ReactElement {
  const { client, status, open, close, reconnect } = useWebSocket(source, options)
  useMessage(client, panel.conversation.receive)
  // Layout effects run before the effect that connects, so that the log contains the first event.
  useLayoutEffect(() => panel.follow(client), [panel, client])
  useLayoutEffect(() => wire.follow(client), [wire, client])

  const isConnected = ['connecting', 'open'].includes(status)

  return (
    <>
      <ReactStatus client={client} panel={panel} wire={wire} />
      <div className="controls">
        <ReactName name={panel.name} />
        <div className="buttons">
          {/* A disabled button would lose the focus. */}
          <button
            type="button"
            aria-disabled={isConnected}
            data-testid="react-connect"
            onClick={() => isConnected || open()}
          >
            Connect
          </button>
          <button
            type="button"
            aria-disabled={status === 'closed'}
            data-testid="react-disconnect"
            onClick={() => status === 'closed' || close()}
          >
            Disconnect
          </button>
          <button type="button" data-testid="react-reconnect" onClick={() => reconnect()}>
            Reconnect
          </button>
        </div>
      </div>
      <ReactChat panel={panel} client={client} />
      <ReactLog log={panel.log} counts={panel.counts} />
    </>
  )
}

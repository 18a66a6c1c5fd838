// One connection and its controls. Twin of VueConnection.vue.
import type { UrlSource } from '@holdfast/core'
import { useMessage, useWebSocket } from '@holdfast/react'
import { type ReactElement, useLayoutEffect } from 'react'
import type { Panel, PlaygroundClient } from '../panel.ts'
import { type Settings, toOptions } from '../settings.ts'
import { ReactChat } from './ReactChat.tsx'
import { ReactLog } from './ReactLog.tsx'
import { ReactName } from './ReactName.tsx'
import { ReactStatus } from './ReactStatus.tsx'

interface ReactConnectionProps {
  panel: Panel
  settings: Settings
  source: UrlSource | PlaygroundClient
}

/** The connection. */
export function ReactConnection({ panel, settings, source }: ReactConnectionProps): ReactElement {
  const { client, open, close, reconnect } = useWebSocket(source, settings.shared ? undefined : toOptions(settings))
  useMessage(client, panel.conversation.receive)
  // A layout effect runs before the effect that connects, so that the log contains the first event.
  useLayoutEffect(() => panel.follow(client), [panel, client])

  return (
    <>
      <ReactStatus client={client} panel={panel} />
      <div className="controls">
        <ReactName name={panel.name} />
        <div className="buttons">
          <button type="button" data-testid="react-connect" onClick={() => open()}>
            Connect
          </button>
          <button type="button" data-testid="react-disconnect" onClick={() => close()}>
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

// The React half of the page: mounts and unmounts everything that has to do with the connection. Twin of VuePanel.vue.
import { type ReactElement, useState } from 'react'
import type { Playground } from '../playground.ts'
import { ReactConnection } from './ReactConnection.tsx'
import { useStore } from './useStore.ts'

/** The panel. */
export function ReactPanel({ playground }: { playground: Playground }): ReactElement {
  const panel = playground.react
  const settings = useStore(playground.settings)
  const [mounted, setMounted] = useState(true)

  function toggle(): void {
    setMounted(!mounted)
    panel.log.add({ type: 'panel', text: mounted ? 'unmounted' : 'mounted' })
  }

  return (
    <section className="card panel react" aria-labelledby="react-title" data-testid="react-panel">
      <header className="panel-head">
        <h2 id="react-title">React</h2>
        <button type="button" className="quiet" data-testid="react-mount" onClick={toggle}>
          {mounted ? 'Unmount' : 'Mount'}
        </button>
      </header>
      {/* Other settings are another connection: everything starts anew. */}
      {mounted ? (
        <ReactConnection
          key={JSON.stringify(settings)}
          panel={panel}
          settings={settings}
          source={playground.source(settings)}
        />
      ) : (
        <p className="empty" data-testid="react-unmounted">
          Unmounted. Nothing of it is left on the server: watch the number of connections.
        </p>
      )}
    </section>
  )
}

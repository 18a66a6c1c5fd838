// The React half of the page: mounts and unmounts the components of the connection. Twin of VuePanel.vue.
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
        <div className="panel-tools">
          <button
            type="button"
            className="quiet"
            data-code="react"
            aria-label="Code of the React panel"
            data-testid="react-code"
          >
            Code
          </button>
          <button type="button" className="quiet" data-testid="react-mount" onClick={toggle}>
            {mounted ? 'Unmount' : 'Mount'}
          </button>
        </div>
      </header>
      {/* New settings mean a new connection: the key mounts new components. */}
      {mounted ? (
        <ReactConnection key={JSON.stringify(settings)} panel={panel} {...playground.connect('react', settings)} />
      ) : (
        <p className="empty" data-testid="react-unmounted">
          Unmounted. Its connection is closed: see the number of connections at the top.
        </p>
      )}
    </section>
  )
}

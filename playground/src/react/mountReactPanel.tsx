import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Playground } from '../playground.ts'
import { ReactPanel } from './ReactPanel.tsx'

/** Renders the React panel into an element. Strict mode mounts twice, so a leaked second connection would be visible. */
export function mountReactPanel(element: Element, playground: Playground): void {
  createRoot(element).render(
    <StrictMode>
      <ReactPanel playground={playground} />
    </StrictMode>,
  )
}

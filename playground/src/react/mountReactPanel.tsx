import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Playground } from '../playground.ts'
import { ReactPanel } from './ReactPanel.tsx'

/** Shows the React panel in an element; strictly, so that a second connection on mount would be seen here. */
export function mountReactPanel(element: Element, playground: Playground): void {
  createRoot(element).render(
    <StrictMode>
      <ReactPanel playground={playground} />
    </StrictMode>,
  )
}

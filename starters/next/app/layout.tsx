import type { ReactNode } from 'react'
import { Cut } from './Cut'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        {children}
        <Cut />
      </body>
    </html>
  )
}

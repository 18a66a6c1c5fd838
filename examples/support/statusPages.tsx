/** A minimal component of each framework: it has a connection and shows its status. */

import { useWebSocket as useReact } from '@holdfast/react'
import { useWebSocket as useVue } from '@holdfast/vue'
import { defineComponent } from 'vue'

interface PageProps {
  url?: string | (() => string)
  /** Its `key` option. */
  destination?: string
  onMessage?: (message: unknown) => void
}

export function ReactPage({ url = 'wss://example.org/react', destination, onMessage }: PageProps) {
  return <>{useReact(url, { key: destination, ...(onMessage && { onMessage }) }).status}</>
}

export const vuePage = ({ url = 'wss://example.org/vue', onMessage }: PageProps = {}) =>
  defineComponent(() => {
    const { status } = useVue(url, onMessage && { onMessage })
    return () => status.value
  })

// The time line of the connection. Twin of VueTimeline.vue.
import { type ReactElement, useEffect, useRef } from 'react'
import { mountTimeline } from '../wire/timelineView.ts'
import type { Wire } from '../wire/wire.ts'

/** The time line. */
export function ReactTimeline({ wire }: { wire: Wire }): ReactElement {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => (place.current ? mountTimeline(place.current, wire, 'react') : undefined), [wire])
  return <div ref={place} data-testid="react-timeline" />
}

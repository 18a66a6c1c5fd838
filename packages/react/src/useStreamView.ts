/** The view of a stream, for the current client and the current name of the stream. */

import { type SessionClient, type StreamView, type StreamViewOptions, createStreamView } from '@holdfast/core'
import { withLatest } from '@holdfast/core/adapter'
import { useMemo, useRef } from 'react'
import { useCommitted } from './useCommitted.ts'

export const useStreamView = <In, Out, Row>(
  client: SessionClient<In, Out>,
  name: string | null | undefined,
  options: StreamViewOptions<In, Row>,
): StreamView<Row> => {
  const latest = useRef<Partial<StreamViewOptions<In, Row>>>({})
  const view = useMemo(
    () => withLatest(options, latest, (current) => createStreamView<In, Out, Row>(client, name, current)),
    // `limit` is read once for each stream, and the other options from `latest`.
    // oxlint-disable-next-line react/exhaustive-deps, react/memo-dependencies, react/refs
    [client, name],
  )
  useCommitted(latest, options)
  return view
}

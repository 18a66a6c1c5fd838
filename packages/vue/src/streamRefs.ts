/** The state of a stream as refs, for the current client and the current name of the stream. */

import {
  type MessageEntry,
  type PresenceMember,
  type Resync,
  type SessionClient,
  type StreamView,
  type StreamViewOptions,
  createStreamView,
} from '@holdfast/core'
import { type ShallowRef, shallowRef } from 'vue'
import { type ClientStore, createClientStore } from './clientStore.ts'

export interface StreamRefs<In, Out, Row> extends ClientStore<In, Out, StreamView<Row> | undefined> {
  messages: ShallowRef<readonly MessageEntry<Row>[]>
  members: ShallowRef<readonly PresenceMember[]>
  resync: ShallowRef<Resync | undefined>
}

/** @param mayLackSession stays empty for a client without a session, instead of throwing */
export const createStreamRefs = <In, Out, Row>(
  getName: () => string | null | undefined,
  options: StreamViewOptions<In, Row>,
  mayLackSession: boolean,
): StreamRefs<In, Out, Row> => {
  const messages = shallowRef<readonly MessageEntry<Row>[]>([])
  const members = shallowRef<readonly PresenceMember[]>([])
  const resync = shallowRef<Resync>()
  const store = createClientStore<In, Out, StreamView<Row> | undefined>(
    (client) =>
      mayLackSession && !('join' in client)
        ? undefined
        : createStreamView(client as SessionClient<In, Out>, getName(), options),
    (view) => {
      const state = view?.get()
      messages.value = state?.messages ?? []
      members.value = state?.members ?? []
      resync.value = state?.resync
    },
    getName,
  )
  return { ...store, messages, members, resync }
}

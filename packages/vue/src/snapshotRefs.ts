/** The state of a component's client as refs. A ref is created when it is first read, so that unread fields cost nothing. */

import type { Snapshot } from '@holdfast/core'
import { type TrackedSnapshot, createTrackedSnapshot } from '@holdfast/core/adapter'
import { type ShallowRef, shallowRef, triggerRef } from 'vue'
import { type OnClient, createClientStore } from './clientStore.ts'

export interface SnapshotRefs<In, Out> {
  onClient: OnClient<In, Out>
  get(name: keyof Snapshot): ShallowRef
}

export const createSnapshotRefs = <In, Out>(): SnapshotRefs<In, Out> => {
  const refs: Record<string, ShallowRef> = {}
  let received = 0

  const { onClient, update, current } = createClientStore<In, Out, TrackedSnapshot<In>>(
    (client) => {
      const snapshot = createTrackedSnapshot(client)
      for (const name in refs) snapshot.track(name)
      return snapshot
    },
    (snapshot) => {
      const next = snapshot.get()
      const { lastMessage } = refs
      const isRepeated = lastMessage && next.received > received && next.lastMessage === lastMessage.value
      received = next.received
      for (const name in refs) refs[name]!.value = next[name as keyof Snapshot]
      // Setting a ref to the same value triggers nothing, but watchers of messages expect the second of two equal messages too.
      if (isRepeated) triggerRef(lastMessage)
    },
  )
  const create = (name: keyof Snapshot): ShallowRef => {
    current().track(name)
    update()
    return (refs[name] = shallowRef(current().get()[name]))
  }
  return { onClient, get: (name) => refs[name] ?? create(name) }
}

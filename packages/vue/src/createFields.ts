/** The state of a component's client, as refs that are made when they are asked for: nobody pays for the others. */

import type { Snapshot, WebSocketClient } from '@holdfast/core'
import { type ShallowRef, shallowRef, triggerRef } from 'vue'
import type { Enter } from './useClient.ts'

export interface Fields<In, Out> {
  /** Takes the refs to a client, and keeps them at its pace while it is in use, if there are any. */
  enter: Enter<In, Out>
  /** Asked once for each. */
  make(name: keyof Snapshot): ShallowRef
}

export const createFields = <In, Out>(): Fields<In, Out> => {
  const refs: Record<string, ShallowRef> = {}
  let received = 0
  let client: WebSocketClient<In, Out>
  let used = false
  /** One was asked for that changes with every message. */
  let messages = false
  let off: (() => void) | undefined

  const read = (): void => {
    const next = client.view()
    const { lastMessage } = refs
    const repeated = lastMessage && next.received > received && next.lastMessage === lastMessage.value
    received = next.received
    for (const name in refs) refs[name]!.value = next[name as keyof Snapshot]
    // Who watches messages wants to be told of the second of two equal ones too.
    if (repeated) triggerRef(lastMessage)
  }
  const join = (): void => {
    off?.()
    off = used ? client.subscribe(read, messages) : undefined
    read()
  }
  return {
    enter: (given, use) => {
      client = given
      used = use
      if (off || Object.keys(refs).length) join()
    },
    make: (name) => {
      messages ||= /^(lastMessage|received|messages)$/.test(name)
      join()
      return (refs[name] = shallowRef(client.view()[name]))
    },
  }
}

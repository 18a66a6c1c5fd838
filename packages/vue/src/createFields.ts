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
  let off: (() => void) | undefined
  /** One was asked for that changes with every message. */
  let messages = false
  /** While the client is in use it also subscribes. */
  let refresh: () => void

  const read = (): void => {
    const next = client.view()
    const { lastMessage } = refs
    const repeated = lastMessage && next.received > received && next.lastMessage === lastMessage.value
    received = next.received
    for (const name in refs) refs[name]!.value = next[name as keyof Snapshot]
    // Who watches messages wants to be told of the second of two equal ones too.
    if (repeated) triggerRef(lastMessage)
  }
  return {
    enter: (given) => {
      client = given
      refresh = read
      read()
      return () => {
        refresh = () => {
          off?.()
          off = given.subscribe(read, messages)
          read()
        }
        if (Object.keys(refs).length) refresh()
        return () => {
          refresh = read
          off?.()
          off = undefined
        }
      }
    },
    make: (name) => {
      messages ||= /^(lastMessage|received|messages)$/.test(name)
      refresh()
      return (refs[name] = shallowRef(client.view()[name]))
    },
  }
}

/** The members of the class as WebIDL defines them: constants, attributes and operations on the prototype, all enumerable. */

import type { Connection } from './connection.ts'

const words = (text: string): string[] => text.split(' ')

/** @param insideOf returns the object that has the members of the same names */
export const defineMembers = (
  constructor: { prototype: EventTarget },
  insideOf: (socket: EventTarget) => Connection,
): void => {
  const { prototype } = constructor
  /** An object literal names its functions as WebIDL does: `get url`, `set onopen`, `send`. */
  const add = (members: ThisType<EventTarget> & object): unknown =>
    Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(members))
  words('CONNECTING OPEN CLOSING CLOSED').forEach((name, value) => {
    for (const target of [constructor, prototype]) Object.defineProperty(target, name, { value, enumerable: true })
  })
  const attributes = words('url readyState bufferedAmount retryCount shouldReconnect client') as (keyof Connection)[]
  for (const name of attributes)
    add({
      get [name]() {
        return insideOf(this)[name]
      },
    })
  for (const name of words('extensions protocol') as 'protocol'[])
    add({
      get [name]() {
        return insideOf(this).platform[name]
      },
    })
  for (const type of words('open message error close'))
    add({
      get [`on${type}`](): unknown {
        return insideOf(this).handlers.values[type] ?? null
      },
      set [`on${type}`](handler: unknown) {
        insideOf(this).handlers.set(type, handler)
      },
    })
  for (const name of words('close reconnect drainQueuedMessages') as 'close'[])
    add({
      [name](...given: []) {
        return insideOf(this)[name](...given)
      },
    })
  add({
    get binaryType() {
      return insideOf(this).platform.binaryType
    },
    set binaryType(type) {
      insideOf(this).platform.binaryType = type
    },
    send(_message: unknown) {
      return insideOf(this).send(...(arguments as unknown as [unknown]))
    },
  })
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true })
}

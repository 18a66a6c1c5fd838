/** The members of the class as WebIDL defines them: constants, attributes and operations on the prototype, all enumerable. */

import type { Connection } from './connection.ts'

const words = (text: string): string[] => text.split(' ')

/** @param insideOf returns the object that has the members of the same names */
export const defineMembers = (
  constructor: { prototype: EventTarget },
  insideOf: (socket: EventTarget) => Connection,
): void => {
  const define = (
    name: string | symbol,
    descriptor: PropertyDescriptor & ThisType<EventTarget>,
    target: object = constructor.prototype,
  ): unknown => Object.defineProperty(target, name, { enumerable: true, configurable: true, ...descriptor })
  words('CONNECTING OPEN CLOSING CLOSED').forEach((name, value) => {
    for (const target of [constructor, constructor.prototype]) define(name, { value, configurable: false }, target)
  })
  for (const name of words('url readyState bufferedAmount retryCount shouldReconnect client') as (keyof Connection)[])
    define(name, {
      get() {
        return insideOf(this)[name]
      },
    })
  for (const name of words('extensions protocol binaryType') as 'binaryType'[])
    define(name, {
      get() {
        return insideOf(this).platform[name]
      },
      ...(name === 'binaryType' && {
        set(value) {
          insideOf(this).platform[name] = value
        },
      }),
    })
  for (const name of words('send close reconnect drainQueuedMessages') as 'close'[])
    define(name, {
      writable: true,
      value(this: EventTarget, ...given: []) {
        return insideOf(this)[name](...given)
      },
    })
  for (const type of words('open message error close'))
    define(`on${type}`, {
      get() {
        return insideOf(this).handlers.values[type] ?? null
      },
      set(handler) {
        insideOf(this).handlers.set(type, handler)
      },
    })
  define(Symbol.toStringTag, { value: 'WebSocket', enumerable: false })
}

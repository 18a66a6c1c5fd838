/** The members of the class as WebIDL defines them: constants, attributes and operations on the prototype, all enumerable. */

import type { Connection } from './connection.ts'

type Handler = (this: unknown, event: Event) => unknown

const words = (text: string): string[] => text.split(' ')

/**
 * @param insideOf returns the object with the members of the same names
 */
export const defineMembers = (
  constructor: { prototype: EventTarget },
  insideOf: (socket: EventTarget) => Connection,
): void => {
  const { prototype } = constructor
  const define = (
    name: string | symbol,
    descriptor: PropertyDescriptor & ThisType<EventTarget>,
    target: object = prototype,
  ): unknown => Object.defineProperty(target, name, { enumerable: true, configurable: true, ...descriptor })
  words('CONNECTING OPEN CLOSING CLOSED').forEach((name, value) => {
    for (const target of [constructor, prototype]) define(name, { value, configurable: false }, target)
  })
  const attributes = 'url readyState bufferedAmount retryCount shouldReconnect client'
  for (const name of words(attributes) as (keyof Connection)[])
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
        if ((name as string) === 'send' && !given.length) throw new TypeError('expected a message')
        return insideOf(this)[name](...given)
      },
    })
  for (const type of words('open message error close')) define(`on${type}`, handlerAttribute(type, insideOf))
  define(Symbol.toStringTag, { value: 'WebSocket', enumerable: false })
}

/**
 * An event handler attribute (HTML). The handler is called in its turn among the listeners, which is that of its first assignment after null. As in
 * WebIDL (LegacyTreatNonObjectAsNull), an object is kept and not called, and any other value that is no function becomes null.
 */
const handlerAttribute = (
  type: string,
  insideOf: (socket: EventTarget) => Connection,
): PropertyDescriptor & ThisType<EventTarget> => ({
  get() {
    return insideOf(this).handlers[type]?.handler ?? null
  },
  set(handler: Handler) {
    const { handlers } = insideOf(this)
    const entry = handlers[type]
    if (handler === Object(handler) && entry) entry.handler = handler
    else if (entry) {
      this.removeEventListener(type, entry)
      delete handlers[type]
    } else if (handler === Object(handler)) {
      const added = (handlers[type] = {
        handler,
        handleEvent: (event: Event) => {
          if (typeof added.handler === 'function') added.handler.call(this, event)
        },
      })
      this.addEventListener(type, added)
    }
  },
})

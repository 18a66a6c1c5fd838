/** Members and names as those of a class that WebIDL defines: libraries inspect and print them, and a minifier changes names. */

/** @param source the class whose members it gets: itself, or the one that it extends */
export const defineClass = (
  target: { prototype: EventTarget },
  name: string,
  source: { prototype: EventTarget },
): void => {
  const { prototype } = target
  const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(source.prototype)
  for (const member of Object.values(members)) member.enumerable = true
  Object.defineProperties(prototype, members)
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true, enumerable: false })
  ;['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((constant, value) => {
    for (const object of [target, prototype]) Object.defineProperty(object, constant, { value, enumerable: true })
  })
  Object.defineProperties(target, { name: { value: name }, length: { value: 1 } })
}

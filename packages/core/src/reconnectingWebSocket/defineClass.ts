/** Members and names as those of a class that WebIDL defines: libraries inspect and print them, and a minifier changes names. */

/** @param source the class whose members it gets: itself, or the one that it extends */
export const defineClass = (
  target: { prototype: EventTarget },
  name: string,
  source: { prototype: EventTarget },
): void => {
  const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(source.prototype)
  for (const member of Object.values(members)) member.enumerable = true
  const constants: PropertyDescriptorMap = {}
  ;['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((constant, value) => {
    constants[constant] = { value, enumerable: true }
  })
  const tag = { [Symbol.toStringTag]: { value: 'WebSocket', configurable: true } }
  Object.defineProperties(target.prototype, { ...members, ...constants, ...tag })
  Object.defineProperties(target, { ...constants, name: { value: name }, length: { value: 1 } })
}

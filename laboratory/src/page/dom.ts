// Elements without a framework. Texts are only ever set as text, never as HTML.

type Child = Node | string | null | false
type Attribute = string | number | boolean | null

interface Properties {
  class?: string
  /** `false` and null leave an attribute out. */
  attributes?: Record<string, Attribute>
  on?: Record<string, (event: Event) => void>
}

/** Creates an element. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: className, attributes = {}, on = {} }: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  if (className) element.className = className
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener)
  element.append(...children.filter((child) => child !== null && child !== false))
  return element
}

/** Sets an attribute if it differs. `false` and null remove it. */
export function setAttribute(element: Element, name: string, value: Attribute): void {
  const text = value === true ? '' : value === false || value === null ? null : String(value)
  if (text === element.getAttribute(name)) return
  if (text === null) element.removeAttribute(name)
  else element.setAttribute(name, text)
}

/** Sets a text if it differs, so that nothing is laid out again without a reason. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** Returns the parts of a text. Those between backticks are code. */
export const withCode = (text: string): (string | HTMLElement)[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part))

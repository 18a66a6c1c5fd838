/** The event handler attributes `onopen`, `onmessage`, `onerror` and `onclose` (HTML, event handlers). */

export class Handlers {
  /** By event. */
  private readonly _values: Record<string, unknown> = {}
  private readonly _target: EventTarget

  constructor(target: EventTarget) {
    this._target = target
  }

  get(type: string): ((event: unknown) => unknown) | null {
    return (this._values[type] as null | undefined) ?? null
  }

  /**
   * The handler is called in its turn among the listeners, which is that of its first assignment after null. As in WebIDL
   * (LegacyTreatNonObjectAsNull), an object is kept and not called, and any other value that is no function becomes null.
   */
  set(type: string, handler: unknown): void {
    const isObject = handler === Object(handler)
    this._values[type] = isObject ? handler : null
    if (isObject) this._target.addEventListener(type, this)
    else this._target.removeEventListener(type, this)
  }

  /** Called by the target. */
  handleEvent(event: Event): void {
    const handler = this._values[event.type]
    if (typeof handler === 'function') handler.call(this._target, event)
  }
}

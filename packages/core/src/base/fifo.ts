/** A queue whose cost for each item does not depend on its length: `Array.shift()` moves all other items of a long array. */

export class Fifo<Item> {
  private _added: Item[] = []
  /** The oldest items, in reverse order. */
  private _next: Item[] = []

  get size(): number {
    return this._added.length + this._next.length
  }

  push(item: Item): void {
    this._added.push(item)
  }

  /** The oldest item; undefined if there is none. */
  first(): Item | undefined {
    if (!this._next.length) {
      // oxlint-disable-next-line unicorn/no-array-reverse -- `toReversed` is newer than ES2022
      this._next = this._added.reverse()
      this._added = []
    }
    return this._next.at(-1)
  }

  /** Removes and returns the oldest item; undefined if there is none. */
  shift(): Item | undefined {
    this.first()
    return this._next.pop()
  }
}

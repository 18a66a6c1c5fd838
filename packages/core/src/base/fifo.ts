/** A queue whose cost for each item does not depend on its length: `Array.shift()` moves all other items of a long array. */

export class Fifo<Item> {
  private _items: Item[] = []
  private _head = 0

  get size(): number {
    return this._items.length - this._head
  }

  push(item: Item): void {
    this._items.push(item)
  }

  /** Removes and returns the oldest item; undefined if there is none. */
  shift(): Item | undefined {
    if (!this.size) return undefined
    const item = this._items[this._head]
    this._items[this._head++] = undefined as never
    if (this._head > this.size) {
      this._items = this._items.slice(this._head)
      this._head = 0
    }
    return item
  }
}

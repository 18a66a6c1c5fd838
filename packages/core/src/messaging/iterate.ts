/** Messages as an async iterator: `for await (const message of client.messages())`. It buffers for one slow reader, up to a limit. */

import { Fifo } from '../base/fifo.ts'

export interface Iteration<In> {
  iterator: AsyncIterableIterator<In>
  push(message: In): void
  /** No more messages follow. Buffered ones can still be read. */
  end(): void
}

/**
 * Not a generator: its `return()` would resolve only after the message for which a reader waits.
 *
 * @param limit the most messages to buffer; beyond it, `drop` receives the oldest
 * @param ended called once at the end
 */
export const createIteration = <In>(limit: number, drop: (message: In) => void, ended: () => void): Iteration<In> => {
  let buffer = new Fifo<In>()
  const readers: ((result: IteratorResult<In, undefined>) => void)[] = []
  let isDone = false
  /** Resolves waiting readers with buffered messages. */
  const settle = (): void => {
    while (readers[0] && (buffer.size || isDone)) {
      readers.shift()!({ done: !buffer.size, value: buffer.shift() } as IteratorResult<In, undefined>)
    }
  }
  const next = (): Promise<IteratorResult<In, undefined>> =>
    new Promise((resolve) => {
      readers.push(resolve)
      settle()
    })
  const end = (): void => {
    if (!isDone) ended()
    isDone = true
    settle()
  }
  const iterator: AsyncIterableIterator<In> = {
    next,
    return: () => {
      buffer = new Fifo()
      end()
      return next()
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return {
    iterator,
    push: (message) => {
      buffer.push(message)
      settle()
      if (buffer.size > limit) drop(buffer.shift()!)
    },
    end,
  }
}

/** Messages as an async iterator: `for await (const message of client.messages())`. It buffers for one slow reader, within a limit. */

export interface Iteration<In> {
  iterator: AsyncIterableIterator<In>
  push(message: In): void
  /** No more will come; what is buffered is still read. */
  end(): void
}

/**
 * By hand, not by a generator: that would answer `return()` only after the message that somebody waits for.
 *
 * @param limit messages buffered at most; beyond it the oldest is given to `drop`
 * @param left is called once, at the end
 */
export const createIteration = <In>(limit: number, drop: (message: In) => void, left: () => void): Iteration<In> => {
  const buffer: In[] = []
  const readers: ((result: IteratorResult<In, undefined>) => void)[] = []
  let done = false
  /** Brings readers and messages together. */
  const settle = (): void => {
    while (readers[0] && (buffer.length || done)) {
      readers.shift()!({ done: !buffer.length, value: buffer.shift() } as IteratorResult<In, undefined>)
    }
  }
  const next = (): Promise<IteratorResult<In, undefined>> =>
    new Promise((read) => {
      readers.push(read)
      settle()
    })
  const end = (): void => {
    if (!done) left()
    done = true
    settle()
  }
  const iterator: AsyncIterableIterator<In> = {
    next,
    return: () => {
      buffer.length = 0
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
      if (buffer.length > limit) drop(buffer.shift()!)
    },
    end,
  }
}

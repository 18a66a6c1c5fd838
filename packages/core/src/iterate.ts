/** Messages as an async iterator: `for await (const message of client.messages())`. It buffers for one slow reader, within a limit. */

export interface Iteration<In> {
  iterator: AsyncIterableIterator<In>
  push(message: In): void
  /** No more will come; what is buffered is still read. */
  end(): void
}

/**
 * @param limit messages buffered at most; beyond it the oldest is given to `drop`
 * @param left is called when the reader has left
 */
export const createIteration = <In>(limit: number, drop: (message: In) => void, left: () => void): Iteration<In> => {
  const buffer: In[] = []
  let wake: (() => void) | undefined
  let ended = false
  const read = async function* (): AsyncGenerator<In, undefined, undefined> {
    try {
      while (buffer.length || !ended) {
        if (buffer.length) yield buffer.shift()!
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      left()
    }
  }
  return {
    iterator: read(),
    push: (message) => {
      if (buffer.push(message) > limit) drop(buffer.shift()!)
      wake?.()
    },
    end: () => {
      ended = true
      wake?.()
    },
  }
}

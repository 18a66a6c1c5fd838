// Shows a burst as one line with a count, until the next burst starts.
import type { ChatLines } from './chatLines.ts'

/** Counts the messages of the current burst. */
export interface BurstCounter {
  /** Counts one message: its position in the burst, and the size of the burst. */
  count(message: { index: number; of: number }): void
  /** Writes the count into the line. Called once per frame: formatting numbers costs more than receiving messages. */
  render(): void
}

interface Burst {
  /** The key of its line. */
  line: number
  received: number
  expected: number
  missing: number
  of: number
}

/** Creates a counter that adds its lines to `lines`. */
export function createBurstCounter(lines: ChatLines): BurstCounter {
  let burst: Burst | undefined

  function render(): void {
    if (burst) lines.update(burst.line, { text: describe(burst) })
  }

  return {
    render,
    count({ index, of }) {
      if (!burst || of !== burst.of || index < burst.expected) {
        render()
        burst = { line: lines.add({ at: Date.now(), text: '' }), received: 0, expected: 0, missing: 0, of }
      }
      burst.missing += index - burst.expected
      burst.received += 1
      burst.expected = index + 1
    },
  }
}

function describe({ received, missing, of }: Burst): string {
  const gaps = missing === 0 ? 'none' : missing.toLocaleString()
  return `Burst: ${received.toLocaleString()} of ${of.toLocaleString()} messages, ${gaps} missing`
}

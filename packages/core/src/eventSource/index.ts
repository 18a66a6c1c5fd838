/** Entry point of `@holdfast/core/event-source`. Importing it has no side effects. */

export { eventSource } from './eventSource.ts'
export type { EventSourceOptions } from './eventSourceOptions.ts'
export type { StreamEvent } from './eventStream.ts'

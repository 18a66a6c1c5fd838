/** Collects the rejections that no code has handled, each of which would end the process of a user. */

import { onTestFinished } from 'vitest'

/** The list grows until the test has finished. Vitest does not report these rejections itself. */
export const collectUnhandledRejections = (): unknown[] => {
  const unhandled: unknown[] = []
  const add = (reason: unknown): unknown => unhandled.push(reason)
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', add)
  onTestFinished(() => {
    process.off('unhandledRejection', add)
    for (const other of others) process.on('unhandledRejection', other)
  })
  return unhandled
}

/** Emits `message` for a message that is not acknowledged: an `emit` frame, or any message of a plain client. */

import type { HubContext } from '../context/hubContext.ts'
import type { Connection } from '../context/hubEvents.ts'
import { reportListener } from '../context/listenerErrors.ts'
import { isHubError } from '../errors.ts'

/** Resolves when all listeners have finished. Reports their errors, and never rejects. */
export const emitMessage = async (
  { events, stats, report }: HubContext,
  connection: Connection,
  message: unknown,
  channel: string | undefined,
): Promise<void> => {
  stats.received++
  try {
    await events.emitAsync('message', message, {
      connection,
      user: connection.user,
      id: undefined,
      idempotencyKey: undefined,
      channel,
    })
  } catch (error) {
    // A refusal is dropped, because the client waits for no answer.
    if (!isHubError(error)) reportListener(report, connection, error)
  }
}

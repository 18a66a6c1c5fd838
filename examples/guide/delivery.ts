import type { Ack, SessionClient } from '@holdfast/core'
import {
  NotSentError,
  RefusedError,
  UnknownOutcomeError,
} from '@holdfast/core/recovery'

export const order = async (
  client: Pick<SessionClient<unknown, object>, 'deliver'>,
  item: { id: string },
): Promise<Ack | string> => {
  try {
    return await client.deliver(item, {
      idempotencyKey: item.id,
      signal: AbortSignal.timeout(30_000),
    })
  } catch (error) {
    if (error instanceof RefusedError) return `refused: ${error.reason}`
    if (error instanceof NotSentError) return 'not sent: try again'
    if (error instanceof UnknownOutcomeError)
      return 'unknown: ask the server, or try again with the same key'
    throw error
  }
}

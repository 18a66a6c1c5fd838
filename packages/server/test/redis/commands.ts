/** Commands of a test to a Redis server, beside the store. */
import { createClient } from 'redis'

/** Sends a command over a connection of its own. */
export const command = async ({ url }: { url: string }, ...args: string[]): Promise<unknown> => {
  const client = createClient({ url, disableOfflineQueue: true })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.sendCommand(args)
  } finally {
    client.destroy()
  }
}

/** Asks at intervals, because Redis has no notification for it. Bounded by the timeout of the test. */
export const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition().catch(() => false))) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
}

import type { WebSocketClient } from '@holdfast/core'

export async function ask(client: WebSocketClient<string, string>): Promise<string> {
  const stopLogging = client.onAny((type) => console.log(type))
  await client.opened({ timeout: 5000 }) // rejects after 5 s, or when the client is closed
  console.log(client.send('hello')) // 'sent', 'queued' or 'dropped'
  for await (const message of client.messages()) {
    stopLogging()
    return message // leaving the loop ends the iterator
  }
  throw new Error('closed without an answer', { cause: client.get().lastClose })
}

/** The answer of a language model, as an HTTP API streams it. */

import { createWebSocket } from '@holdfast/core'
import { eventSource } from '@holdfast/core/event-source'

export async function* ask(url: string, prompt: string, getKey: () => Promise<string>, signal?: AbortSignal) {
  const client = createWebSocket<string, never>(url, {
    transport: eventSource({
      method: 'POST',
      headers: async () => ({ 'authorization': `Bearer ${await getKey()}`, 'content-type': 'application/json' }),
      body: JSON.stringify({ prompt, stream: true }),
    }),
    // A request that was refused for now (429, 503) is sent again. An answer that was cut is not: the model would start again.
    reconnect: { maxAttempts: 5, shouldReconnect: ({ code, final }) => code >= 3000 && !final },
  })
  try {
    for await (const data of client.messages({ signal })) {
      if (data === '[DONE]') return
      yield (JSON.parse(data) as { text: string }).text
    }
    signal?.throwIfAborted()
    throw new Error('no complete answer', { cause: client.get().lastClose })
  } finally {
    client.dispose()
  }
}

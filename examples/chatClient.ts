import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'

interface Line {
  from: string
  text: string
}

export const openChat = (url: string, show: (line: Line) => void, reload: () => void) => {
  const chat = createWebSocket(url, { codec: json<Line, Line>(), session: session({ streams: ['chat'] }) })
  chat.on('message', show) // in order, each message exactly once
  chat.on('resync', ({ wait }) => setTimeout(reload, wait)) // more was missed than the server stores
  // Resolves when the server has applied it: exactly once, even after reconnects.
  const say = (line: Line) => chat.deliver(line, { idempotencyKey: crypto.randomUUID() })
  return { chat, say }
}

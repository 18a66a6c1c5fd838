import { createWebSocket, json } from '@holdfast/core'

interface Message {
  text: string
}

export const connect = (url: string) =>
  createWebSocket(url, {
    codec: json<Message, Message>(),
    heartbeat: { interval: 15_000 }, // the other members of the group keep their defaults
    reconnect: { maxAttempts: 10 },
    queue: { limit: 20 },
    onStop: ({ cause }) => console.log(`no further attempt: ${cause}`),
  })

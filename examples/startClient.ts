import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'

export const chat = createWebSocket('ws://localhost:8080', { codec: json(), session: session({ streams: ['chat'] }) })
chat.on('message', (line) => console.log(line))
await chat.deliver('hello') // resolves when the server has published it

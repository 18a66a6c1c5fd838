import { createWebSocket, json } from '@holdfast/core'

interface Message {
  text: string
}

const chat = createWebSocket('wss://example.org/chat', { codec: json<Message, Message>() })

chat.on('message', ({ text }) => console.log(text))
chat.on('retry', ({ attempt, delay }) => console.log(`attempt ${attempt} in ${Math.round(delay)} ms`))
chat.send({ text: 'hello' }) // 'queued' until the connection is open
